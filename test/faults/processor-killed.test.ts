import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultRun } from '../support/group/fault-run.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await FaultRun.start(seed, 2_000, { isWatched: true });
});
afterAll(() => run?.close());

/** Kills the processor as soon as it does something, and resolves then. */
const killedAt: Record<string, () => Promise<void>> = {
  'before the first insert': () => atInsert('events'),
  'between two inserts': () => atInsert('visits'),
  'before the marker': () => atInsert('batches'),
  'after all inserts, before publishing': () =>
    new Promise((resolve) => {
      run.group.between.onApplied = async (table) => {
        if (table === 'batches') resolve(kill());
      };
    }),
  'after publishing, before the commit': async () => {
    await run.group.holdCommits();
    await kill();
    run.group.releaseCommits();
  },
};

async function kill(): Promise<void> {
  run.group.between.onInsert = () => 'drop-request';
  run.group.between.onApplied = () => {};
  await run.group.signal('processor', 'SIGKILL');
  run.group.between.onInsert = () => 'pass';
}

const atInsert = (table: string): Promise<void> =>
  new Promise((resolve) => {
    run.group.between.onInsert = (into) => {
      if (into !== table) return 'pass';
      resolve(kill());
      return 'drop-request';
    };
  });

/** Before the commit every log is only read, so one point stands for all where a killed member is missed late. */
const points = process.env['TEST_LOG'] === 'kafka' ? ['between two inserts', 'after publishing, before the commit'] : Object.keys(killedAt);

for (const [point, killed] of Object.entries(killedAt).filter(([name]) => points.includes(name)))
  test(`no event is lost or applied twice when the processor is killed ${point}, and it is back in 10 s (seed ${seed})`, async () => {
    const sending = run.send(400);
    await killed();
    const before = await run.epoch();
    await run.group.startPart('processor');
    await until(
      'the new owner has written a batch',
      async () => {
        const whole = "SELECT 1 FROM batches WHERE kind = 'batch' AND epoch > {before:UInt64} LIMIT 1";
        return (await run.group.warehouse.query(whole, { before })).length > 0;
      },
      10_000,
    );
    await sending;
    expect(await run.expectInvariants()).toBeGreaterThan(0);
  });
