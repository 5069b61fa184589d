import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('what is counted, set and observed is exposed', async () => {
  const metrics = createMetrics();
  metrics.counter('events_total', 'Events', ['topic']).add(3, { topic: 'customs' });
  metrics.gauge('lag_records', 'Lag').set(7);
  metrics.histogram('fold_seconds', 'Fold', [0.1, 1]).observe(0.5);
  const text = await metrics.exposition();
  expect(text).toContain('events_total{topic="customs"} 3');
  expect(text).toContain('lag_records 7');
  expect(text).toContain('fold_seconds_bucket{le="0.1"} 0');
  expect(text).toContain('fold_seconds_bucket{le="1"} 1');
});

test('two services in one process do not share names', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.counter('events_total', 'Events').add(1);
  two.counter('events_total', 'Events').add(2);
  expect(await one.exposition()).toContain('events_total 1');
  expect(await two.exposition()).toContain('events_total 2');
});
