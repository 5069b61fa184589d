import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sender } from '../support/group/load.ts';
import { Subscriber } from '../support/group/quiet.ts';
import { coverReadOnly, ReadOnlyDisk } from '../support/group/read-only-disk.ts';
import { WholeProcess } from '../support/group/whole-process.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'clearquay-'));
const logDisk = ReadOnlyDisk.mount(join(directory, 'log'), 64);
let run: WholeProcess;
beforeAll(async () => {
  run = await WholeProcess.start(seed, 1_400, { directory });
});
afterAll(async () => {
  await run?.end();
  logDisk?.unmount();
  await run?.close();
});

const notAllowed = 'this machine does not let a test mount a disk';

/** What `/readyz` says is wrong, by part. */
async function complaints(): Promise<Record<string, string[]>> {
  const { checks } = (await (await run.system.get('/readyz')).json()) as { checks: Record<string, { ok: boolean; reasons: string[] }> };
  return Object.fromEntries(Object.entries(checks).flatMap(([part, { ok, reasons }]) => (ok ? [] : [[part, reasons]])));
}

const isReady = async (): Promise<boolean> => (await run.system.get('/readyz')).status === 200;

test(`while the disk of the log is read-only intake answers 503 with Retry-After, and goes on by itself once it is mounted again (seed ${seed})`, async (context) => {
  if (!logDisk) return context.skip(notAllowed);
  const subscriber = new Subscriber(run.system);
  await run.send(200);
  const sender = new Sender(run.system);
  const sending = run.send(400, sender);
  logDisk.turnReadOnly();
  await until('intake refuses', () => (sender.refusals.get(503) ?? 0) > 3);
  const refused = await run.system.get('/v1/messages', { method: 'POST', body: 'UNB+anything at all' });
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await complaints()).toMatchObject({ log: ['log-not-writable'] });
  // The files are closed, so that the disk can be mended while the process runs, which begins no other log in its place.
  await logDisk.takeAway();
  expect(await complaints()).toMatchObject({ log: ['log-not-writable'] });
  logDisk.putBack();
  await sending;
  expect([...sender.refusals.keys()]).toEqual([503]);
  await until('it is ready again', isReady);
  await run.expectInvariants(sender, subscriber);
  await subscriber.client.close();
});

test(`while the disk of ClickHouse is read-only the processor waits, intake goes on, and everything is applied afterwards (seed ${seed})`, async (context) => {
  await run.send(200);
  const uncover = coverReadOnly(run.at('clickhouse'));
  if (!uncover) return context.skip(notAllowed);
  const sender = await run.send(400);
  expect([...sender.refusals]).toEqual([]);
  await until('it is told', async () => (await complaints())['processor'] !== undefined);
  expect(await complaints()).toMatchObject({ processor: ['requests to the warehouse fail and are tried again'] });
  expect((await run.system.get('/v1/visits')).status).toBe(503);
  uncover();
  await until('it is ready again', isReady);
  await run.expectInvariants(sender);
});

test('a start on a read-only disk is refused with what to do, whichever part lies on it', async (context) => {
  await run.end('SIGTERM');
  for (const [part, words] of [
    ['', /CLEARQUAY_DATA_DIR: .* cannot be written \(EROFS/],
    ['log', /event log failed or is read-only: .* mount it writable/],
  ] as const) {
    const uncover = coverReadOnly(run.at(part));
    if (!uncover) return context.skip(notAllowed);
    await expect(run.startAgain(), part).rejects.toThrow(words).finally(uncover);
  }
  await run.startAgain();
  await run.expectInvariants(await run.send(200));
});
