import { join } from 'node:path';
import { keptPasswords } from '@clearquay/adapters/clickhouse/server-passwords.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { RunningClearquay } from './clearquay.ts';

/** The warehouse of a running Clearquay, as its own user sees it. */
export function ownWarehouse(clearquay: RunningClearquay): Warehouse {
  const { clearquay: password } = keptPasswords(join(clearquay.directory, 'clickhouse'));
  return createWarehouse({
    url: clearquay.clickhouse,
    username: 'clearquay',
    password,
    database: 'clearquay',
    requestTimeoutMs: 30_000,
    logger: { info() {}, warn() {}, error() {} },
  });
}

/** The bytes of a message that the warehouse holds, its chunks put together; empty while there are none. */
export async function rawBytes(warehouse: Warehouse, rawId: string): Promise<Buffer> {
  const rows = await warehouse.query<{ body: string }>(
    'SELECT base64Encode(body) AS body FROM raw_messages FINAL WHERE raw_id = {rawId:String} ORDER BY chunk',
    { rawId },
  );
  return Buffer.concat(rows.map((row) => Buffer.from(row.body, 'base64')));
}

/** The dead letters of one code with their bytes as text, oldest first. */
export async function deadLetters(
  warehouse: Warehouse,
  code: string,
): Promise<{ readonly code: string; readonly body: string; readonly message: string }[]> {
  const rows = await warehouse.query<{ code: string; body: string; message: string }>(
    'SELECT code, message, base64Encode(body) AS body FROM dead_letters FINAL WHERE code = {code:String} ORDER BY refused_at, id',
    { code },
  );
  return rows.map((row) => ({ ...row, body: Buffer.from(row.body, 'base64').toString('utf8') }));
}
