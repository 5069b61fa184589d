import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultRun } from '../support/group/fault-run.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

let run: FaultRun;
beforeAll(async () => {
  run = await FaultRun.start(seed, 2_000, { disks: { log: 64, clickhouse: 512 } });
});
afterAll(() => run?.close());

// A container without the right to mount has no small disks; the full log alone is tested in `test/integration/intake.test.ts`.
const disk = (part: 'log' | 'clickhouse') => run.group.disks.get(part);

test(`while the log has no room intake answers 507 with Retry-After, keeps what it acknowledged, and goes on by itself (seed ${seed})`, async (context) => {
  const full = disk('log');
  if (!full) return context.skip('this machine does not let a test mount a disk');
  await run.send(300);
  full.fill();
  const sending = run.send(500);
  await until('intake refuses', () => (run.sender.refusals.get(507) ?? 0) > 0);
  const answer = await fetch(new URL('/v1/messages', run.group.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${run.group.key}` },
    body: 'UNB+anything at all',
  });
  expect(answer.status).toBe(507);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  full.free();
  await sending;
  await run.expectInvariants();
});

test(`while the disk of ClickHouse is full the processor waits, intake goes on, and everything is applied afterwards (seed ${seed})`, async (context) => {
  const full = disk('clickhouse');
  if (!full) return context.skip('this machine does not let a test mount a disk');
  await run.send(200);
  full.fill();
  // ClickHouse itself answers 200 with no rows now.
  await expect(run.group.warehouse.query('SELECT max(revision) FROM batches')).rejects.toThrow('0 of 1 rows came');
  await run.send(600);
  const visits = await fetch(new URL('/v1/visits', run.group.url), { headers: { authorization: `Bearer ${run.group.key}` } });
  expect(visits.status).toBe(503);
  full.free();
  await run.expectInvariants();
});
