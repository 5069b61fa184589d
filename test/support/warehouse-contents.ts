import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';

/** The rows of every table as sorted JSON texts, by table. */
export type Contents = Readonly<Record<string, readonly string[]>>;

const noVersion = `replaceRegexpOne(document, '"version":"[0-9]+"', '"version":""')`;
const noName = `replaceRegexpOne(${noVersion}, '"visitId":"[^"]*"', '"visitId":""')`;

/** Every row that stands, with all its columns. */
const everything: Readonly<Record<string, string>> = {
  events: 'SELECT * FROM events FINAL',
  subjects: 'SELECT * FROM subjects FINAL',
  timeline: 'SELECT * FROM timeline FINAL',
  visits: 'SELECT * FROM visits FINAL',
  visit_revisions: 'SELECT * FROM visit_revisions',
  changes: 'SELECT * FROM changes',
  batches: 'SELECT * FROM batches',
  raw_messages: 'SELECT * REPLACE (base64Encode(body) AS body) FROM raw_messages FINAL',
  dead_letters: 'SELECT * REPLACE (base64Encode(body) AS body) FROM dead_letters FINAL',
  audit: 'SELECT * FROM audit',
  event_repeats: 'SELECT * FROM event_repeats FINAL',
  migrations: 'SELECT * FROM migrations FINAL',
  warehouse_settings: 'SELECT * FROM warehouse_settings',
  installation: 'SELECT * FROM installation',
};

/** What is so now: without when and by which revision it was written. */
const current: Readonly<Record<string, string>> = {
  events: 'SELECT * EXCEPT (revision) FROM events FINAL',
  subjects: 'SELECT * EXCEPT (revision) FROM subjects FINAL',
  timeline: 'SELECT * EXCEPT (revision) FROM timeline FINAL',
  visits: `SELECT * EXCEPT (revision, applied_at) REPLACE (${noVersion} AS document) FROM visits FINAL`,
  raw_messages: everything['raw_messages'] ?? '',
  dead_letters: everything['dead_letters'] ?? '',
  event_repeats: everything['event_repeats'] ?? '',
};

/** What is so now wherever and whenever it was received: without stamps and the ids of visits, which depend on batches. */
const meaning: Readonly<Record<string, string>> = {
  events: 'SELECT port, subject_type, subject_id, source, event_id, body FROM events FINAL',
  subjects: 'SELECT * EXCEPT (revision, applied_at) FROM subjects FINAL',
  timeline: `SELECT * EXCEPT (revision, applied_at, received_at, visit_id) FROM timeline FINAL
    WHERE status != 'left' AND visit_id IN (SELECT visit_id FROM visits FINAL WHERE gone = 0)`,
  visits: `SELECT * EXCEPT (revision, applied_at, assigned_at, visit_id) REPLACE (${noName} AS document) FROM visits FINAL WHERE gone = 0`,
};

const views = { everything, current, meaning };

export type View = keyof typeof views;

/** Reads a warehouse in one of the views. */
export async function contentsOf(warehouse: Pick<Warehouse, 'query'>, view: View): Promise<Contents> {
  const read = Object.entries(views[view]).map(async ([table, sql]) => {
    const rows = await warehouse.query<object>(sql);
    return [table, rows.map((row) => JSON.stringify(row)).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const silent: Logger = { info() {}, warn() {}, error() {} };

/** The warehouse of a data directory, at its address when its server runs. */
export function warehouseOf(directory: string, url: string): Warehouse {
  const { clearquay: password } = JSON.parse(readFileSync(join(directory, 'clickhouse', 'passwords.json'), 'utf8')) as {
    clearquay: string;
  };
  return createWarehouse({ url, username: 'clearquay', password, database: 'clearquay', requestTimeoutMs: 30_000, logger: silent });
}

/** Works on the warehouse of a data directory on which nothing runs. */
export async function atRest<T>(directory: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const server = await startEmbeddedClickHouse({ directory: join(directory, 'clickhouse'), httpPort: 0, logger: silent });
  const warehouse = warehouseOf(directory, server.url);
  try {
    return await work(warehouse);
  } finally {
    await warehouse.close();
    await server.stop();
  }
}

export const contentsAtRest = (directory: string, view: View): Promise<Contents> =>
  atRest(directory, (warehouse) => contentsOf(warehouse, view));
