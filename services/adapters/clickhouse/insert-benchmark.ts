import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { durableSettings } from './durable-settings.ts';
import { createInsert } from './insert.ts';
import { createClickHouseClient } from './warehouse.ts';

export interface InsertBenchmarkOptions {
  /** A migrated warehouse; tables `bench_…` are made in its database and dropped again. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Rows of one insert, one case each. */
  readonly rowsPerInsert: readonly number[];
  /** How long each case inserts, in milliseconds. */
  readonly durationMs: number;
  /** Table settings to compare, by name; durable and plain unless told. */
  readonly variants?: Readonly<Record<string, string>>;
}

/** What one case measured. Latencies are those of whole inserts, one after the other. */
export interface InsertFigures {
  readonly variant: string;
  readonly rowsPerInsert: number;
  readonly inserts: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rowsPerSecond: number;
  /** CPU time of this process per row, in microseconds. */
  readonly cpuMicrosPerRow: number;
}

const defaultVariants = { plain: 'index_granularity = 1024', durable: `index_granularity = 1024, ${durableSettings}` };
const warmUpInserts = 10;
const requestTimeoutMs = 60_000;

/** Measures what durability costs: inserts rows of the shape of `events` into tables of either settings. */
export async function runInsertBenchmark(options: InsertBenchmarkOptions): Promise<InsertFigures[]> {
  const client = createClickHouseClient({ ...options, requestTimeoutMs });
  const variants = Object.entries(options.variants ?? defaultVariants);
  const figures: InsertFigures[] = [];
  try {
    for (const rowsPerInsert of options.rowsPerInsert) {
      for (const [variant, settings] of variants) {
        const table = `bench_${variant}_${rowsPerInsert}`;
        await client.command({
          query: `CREATE OR REPLACE TABLE ${table} AS events ENGINE = ReplacingMergeTree(standing)
            ORDER BY (port, subject_type, subject_id, source, event_id) SETTINGS ${settings}`,
        });
        const insert = createInsert(client);
        figures.push(await measure((rows, token) => insert(table, rows, token), variant, rowsPerInsert, options.durationMs));
        await client.command({ query: `DROP TABLE ${table} SYNC` });
      }
    }
  } finally {
    await client.close();
  }
  return figures;
}

async function measure(
  insert: (rows: readonly Row[], token: string) => Promise<void>,
  variant: string,
  rowsPerInsert: number,
  durationMs: number,
): Promise<InsertFigures> {
  const batch = (number: number): Row[] => Array.from({ length: rowsPerInsert }, (_, index) => eventRow(number * rowsPerInsert + index));
  for (let number = 0; number < warmUpInserts; number++) await insert(batch(number), `warm-${number}`);
  const latencies: number[] = [];
  let cpuMicros = 0;
  let busyMs = 0;
  for (let number = warmUpInserts; busyMs < durationMs; number++) {
    const rows = batch(number);
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    await insert(rows, `run-${number}`);
    const tookMs = performance.now() - startedAt;
    const cpu = process.cpuUsage(cpuBefore);
    cpuMicros += cpu.user + cpu.system;
    busyMs += tookMs;
    latencies.push(tookMs);
  }
  latencies.sort((a, b) => a - b);
  const rows = latencies.length * rowsPerInsert;
  return {
    variant,
    rowsPerInsert,
    inserts: latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    rowsPerSecond: Math.round((rows / busyMs) * 1000),
    cpuMicrosPerRow: round(cpuMicros / rows),
  };
}

const quantile = (sorted: readonly number[], share: number): number => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
const round = (value: number): number => Math.round(value * 100) / 100;

const firstInstant = Date.UTC(2026, 0, 1);
const body = JSON.stringify({
  subject: { type: 'container', id: 'CQYU1234563' },
  references: [
    { type: 'bill', id: 'CQBL2026000123', relation: 'on' },
    { type: 'call', id: '9321483:CNDLC:026W' },
  ],
  occurredAtText: '20260101080000',
  parties: [{ role: 'consignee', code: 'CQ-IMP-01', name: '清港进出口有限公司' }],
  location: { facility: 'DCT', gate: 'G3' },
  details: { full: true, seals: ['A123', 'B456'] },
});

/** An event as the processor writes it, about 600 bytes. */
function eventRow(number: number): Row {
  const at = firstInstant + number;
  return {
    port: 'CNDLC',
    subject_type: 'container',
    subject_id: `CQYU${(number * 7919) % 1_000_000}`,
    source: 'terminal-one',
    event_id: `event-${number}`,
    code: 'terminal.gate-out',
    agency: 'terminal',
    action: 'report',
    classifier: 'actual',
    occurred_at: at,
    received_at: at,
    applied_at: at,
    quarantined: 0,
    replaces_source: '',
    replaces_id: '',
    body_hash: '0123456789abcdef0123456789abcdef',
    revision: String(2n ** 40n + BigInt(number)),
    body,
  };
}
