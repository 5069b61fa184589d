import { afterAll, describe } from 'vitest';

// The same tests as with the embedded log, on a broker behind a proxy that holds commits (faults 1, 2 and 7 to 9).
process.env['TEST_LOG'] = 'kafka';
afterAll(() => {
  delete process.env['TEST_LOG'];
});

describe('on Kafka', async () => void (await import('../faults/processor-killed.test.ts')));
describe('on Kafka', async () => void (await import('../faults/processor-stopped.test.ts')));
describe('on Kafka', async () => void (await import('../faults/clickhouse-away.test.ts')));
