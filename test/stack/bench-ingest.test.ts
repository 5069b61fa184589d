import { kafkaVersion } from '@clearquay/cli/servers/kafka-jars.ts';
import { expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';

const events = 2_000;
const seed = 'bench-ingest-1';

interface Side {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
}

interface Figures {
  readonly machine: Record<string, unknown>;
  readonly seed: string;
  readonly events: number;
  readonly distinct: number;
  readonly processors: number;
  readonly kafkaEngine: Side;
  readonly clearquay: Side;
  readonly ratioPerEvent: number;
  readonly ratioPerRow: number;
}

test('bench ingest has both sides drain the same topics, and its last line holds every figure', async () => {
  const { code, stdout, stderr } = await runCli(['bench', 'ingest', '--events', String(events), '--seed', seed, '--json']);
  expect(code, stderr).toBe(0);
  const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Figures;
  const { kafkaEngine, clearquay } = figures;
  expect(figures).toMatchObject({
    seed,
    events,
    processors: 2,
    machine: { kafka: kafkaVersion, clickhouse: expect.stringMatching(/^2\d\./) },
  });
  expect(figures.distinct).toBeLessThanOrEqual(events);
  // Both processes had ports of their own.
  expect(stderr).toMatch(/^[1-9][\d,]* and [1-9][\d,]* events in the batches of each process$/m);
  expect(kafkaEngine.rows).toBe(events);
  // Every event is told at least once, and has a row of its visit's timeline besides.
  expect(clearquay.rows).toBeGreaterThan(2 * figures.distinct);
  for (const { seconds, eventsPerSecond, rows, rowsPerSecond } of [kafkaEngine, clearquay]) {
    expect(eventsPerSecond * seconds).toBeCloseTo(events);
    expect(rowsPerSecond * seconds).toBeCloseTo(rows);
  }
  expect(figures.ratioPerEvent).toBeCloseTo(clearquay.eventsPerSecond / kafkaEngine.eventsPerSecond);
  expect(figures.ratioPerRow).toBeCloseTo(clearquay.rowsPerSecond / kafkaEngine.rowsPerSecond);
});

test.each(['--events', '--processors'])('bench ingest refuses a number of %s that is none', async (option) => {
  const { code, stdout, stderr } = await runCli(['bench', 'ingest', option, '0']);
  expect([code, stdout, stderr]).toEqual([1, '', `${option}: Set a whole number from 1.\n`]);
});
