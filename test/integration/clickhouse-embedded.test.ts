import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const silent: Logger = { info() {}, warn() {}, error() {} };
let opened: TestWarehouse;
let directory: string;
beforeAll(async () => {
  opened = await openTestWarehouse();
  directory = mkdtempSync(join(tmpdir(), 'clearquay-embedded-'));
}, 60_000);
afterAll(async () => {
  await opened?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const batch = (revision: string): Row[] => [{ partition: 1, revision, epoch: '1', kind: 'batch', owner: 'me', applied_at: 0 }];

test('a killed server is back by itself, with every acknowledged row, and knows its tokens', { timeout: 60_000 }, async () => {
  const { warehouse, server } = opened;
  for (let revision = 1; revision <= 20; revision++) await warehouse.insert('batches', batch(String(revision)), `token-${revision}`);
  const killed = server.pid() ?? expect.unreachable('ClickHouse runs');
  const back = new Promise<void>((resolve) => server.onRestart(resolve));
  process.kill(killed, 'SIGKILL');
  await back;
  expect(server.pid()).not.toBe(killed);
  await warehouse.insert('batches', batch('20'), 'token-20');
  expect(await warehouse.query('SELECT count() AS rows FROM batches')).toEqual([{ rows: '20' }]);
});

test('a server whose owner is killed ends itself, and its directory can be used again', { timeout: 60_000 }, async () => {
  const program = fileURLToPath(new URL('../support/clickhouse-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  const { pid } = JSON.parse(line) as { pid: number };
  expect(isAlive(pid)).toBe(true);
  owner.kill('SIGKILL');
  await until('the server of a killed owner is gone', () => !isAlive(pid), 5_000);
  const warned: string[] = [];
  const next = await startEmbeddedClickHouse({ directory, httpPort: 0, logger: { ...silent, warn: (_, message) => warned.push(message) } });
  expect(warned).toEqual([expect.stringContaining('was not stopped in order last time')]);
  await next.stop();
});

test('stop ends the process, and an orderly stop leaves nothing to explain', { timeout: 60_000 }, async () => {
  const warned: string[] = [];
  const logger: Logger = { ...silent, warn: (_, message) => warned.push(message), error: (_, message) => warned.push(message) };
  for (let round = 0; round < 2; round++) {
    const server = await startEmbeddedClickHouse({ directory, httpPort: 0, logger });
    const pid = server.pid() ?? 0;
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  }
  expect(warned).toEqual([]);
});

test('a second server on a directory in use is refused, and the first goes on', { timeout: 60_000 }, async () => {
  const first = await startEmbeddedClickHouse({ directory, httpPort: 0, logger: silent });
  await expect(startEmbeddedClickHouse({ directory, httpPort: 0, logger: silent })).rejects.toThrow(
    new RegExp(`${directory} is in use by another running Clearquay \\(process ${first.pid()}\\)`),
  );
  expect((await fetch(`${first.url}/ping`)).ok).toBe(true);
  await first.stop();
});

test('a port in use is refused with the port and the variable that changes it', { timeout: 60_000 }, async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startEmbeddedClickHouse({ directory, httpPort: port, logger: silent })).rejects.toThrow(
    new RegExp(`port ${port} .* CLEARQUAY_CLICKHOUSE_HTTP_PORT`),
  );
  squatter.close();
});

test('the server listens on 127.0.0.1 and on no other address', async () => {
  const elsewhere = opened.url.replace('127.0.0.1', '127.0.0.2');
  expect((await fetch(`${opened.url}/ping`)).ok).toBe(true);
  await expect(fetch(`${elsewhere}/ping`, { signal: AbortSignal.timeout(2_000) })).rejects.toThrow();
});

test('passwords and configuration are readable by their owner only', { timeout: 60_000 }, async () => {
  const server = await startEmbeddedClickHouse({ directory, httpPort: 0, logger: silent });
  await server.stop();
  for (const file of ['passwords.json', 'config.xml', 'users.xml']) expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
  expect(readdirSync(directory).sort()).toEqual(['config.xml', 'data', 'passwords.json', 'server.log', 'users.xml']);
});
