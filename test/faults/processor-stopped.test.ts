import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fate } from '../support/group/between.ts';
import { FaultRun } from '../support/group/fault-run.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await FaultRun.start(seed, 3_000, { isWatched: true, sessionMs: 4_000 });
});
afterAll(() => run?.close());

const revisionsOf = async (epoch: number): Promise<Set<string>> => {
  const sql = 'SELECT toString(revision) AS r FROM visit_revisions WHERE bitShiftRight(revision, 40) = {epoch:UInt64}';
  return new Set((await run.group.warehouse.query<{ r: string }>(sql, { epoch })).map(({ r }) => r));
};

const currentIn = async (from: string): Promise<Map<string, string>> => {
  const rows = await run.group.warehouse.query<{ id: string; r: string }>(`SELECT visit_id AS id, toString(revision) AS r FROM ${from}`);
  return new Map(rows.map(({ id, r }) => [id, r]));
};

test(`a processor that was stopped past its time and goes on beside its successor changes nothing that a reader shows (seed ${seed})`, async () => {
  const { group, subscriber } = run;
  const goesOn = Promise.withResolvers<void>();
  const waiting = new Set(['visits', 'visit_revisions']);
  const stopped = new Promise<number>((resolve) => {
    group.between.onInsert = async (table): Promise<Fate> => {
      if (!waiting.delete(table)) return 'pass';
      // These two are on their way and arrive only when the successor has long taken over.
      if (waiting.size === 0) {
        await group.signal('processor', 'SIGSTOP');
        resolve(run.epoch());
      }
      await goesOn.promise;
      return 'pass';
    };
  });
  const sending = run.send(1_500);
  const formerEpoch = await stopped;
  await group.startPart('processor', 'successor');
  await until('the successor has written', async () => {
    const whole = "SELECT 1 FROM batches WHERE kind = 'batch' AND epoch > {formerEpoch:UInt64} LIMIT 1";
    return (await group.warehouse.query(whole, { formerEpoch })).length > 0;
  });
  const inTime = await revisionsOf(formerEpoch);
  const pushed = new Set(subscriber.pushed);
  goesOn.resolve();
  await group.signal('processor', 'SIGCONT');
  await run.send(1_500);
  await sending;
  const late = async (): Promise<Set<string>> => (await revisionsOf(formerEpoch)).difference(inTime);
  await until('its late insert has arrived', async () => (await late()).size > 0);
  await run.expectInvariants();
  const current = await currentIn('visits FINAL WHERE gone = 0');
  const lateRevisions = await late();
  expect([...current.values()].filter((r) => lateRevisions.has(r))).toEqual([]);
  expect(await currentIn('visits_as_of(at = now64(3))')).toEqual(current);
  // What it published late reached nobody: a subscriber has only what is in time or the successor's.
  const tooLate = [...subscriber.pushed.difference(pushed)].filter(
    (name) => BigInt(name.split('@')[1] ?? 0) >> 40n === BigInt(formerEpoch),
  );
  expect(tooLate).toEqual([]);
});
