import { connect } from '@clearquay/sdk/connect.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningClearquay, runCli, startClearquay } from '../support/clearquay.ts';
import { until } from '../support/until.ts';

let clearquay: RunningClearquay;

beforeAll(async () => {
  clearquay = await startClearquay();
}, 60_000);

afterAll(async () => {
  await clearquay?.stop();
});

test('a second start on the same data directory is refused with a clear message, and the first goes on', async () => {
  const second = await runCli(['up', '--demo', 'none'], {
    CLEARQUAY_DATA_DIR: clearquay.directory,
    CLEARQUAY_PORT: '0',
    CLEARQUAY_CLICKHOUSE_HTTP_PORT: '0',
  });
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`Process ${clearquay.process.pid} is using`) });
  expect((await clearquay.get('/readyz')).status).toBe(200);
}, 30_000);

test('SIGTERM ends every session with 1001 and the process soon after; a start on the same data shows the same visits', async () => {
  const rest = createRestClient(clearquay);
  const box = 'QYSU4100002';
  const occurredAt = new Date(Date.UTC(2026, 2, 1)).toISOString();
  await rest.sendEvents([
    { id: 's-1', source: 'stop', port: 'CNDLC', code: 'terminal.gated-in', subject: { type: 'container', id: box }, occurredAt },
  ]);
  await until('the visit is there', async () => (await rest.getVisits({ container: box })).visits.length === 1);
  const before = await rest.getVisits({ container: box });

  const follower = connect({ ...clearquay, subscriptions: [{ id: 's', filter: {} }] });
  await follower.synced();
  const socket = new WebSocket(new URL('/v1/stream', clearquay.url.replace('http', 'ws')), {
    headers: { authorization: `Bearer ${clearquay.key}` },
  });
  await new Promise((resolve) => socket.once('message', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const exited = new Promise<number | null>((resolve) => clearquay.process.once('exit', resolve));
  clearquay.process.kill('SIGTERM');
  expect(await closed).toBe(1001);
  expect(await exited).toBe(0);
  await follower.close();

  const again = await startClearquay({ directory: clearquay.directory });
  try {
    expect(await createRestClient(again).getVisits({ container: box })).toEqual(before);
  } finally {
    await again.stop();
  }
}, 60_000);
