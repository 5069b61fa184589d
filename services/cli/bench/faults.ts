import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { startStandalone } from '../standalone.ts';
import { type ClickHouseFault, clickHouseFaults, type ServerHolder } from './clickhouse-faults.ts';
import { busyPorts, figure, thisMachine } from './figures.ts';
import { type Recovery, recoveryFrom } from './recovery.ts';
import { SteadyLoad } from './steady-load.ts';
import { StepTotals } from './step-totals.ts';
import { withDirectory } from './with-directory.ts';

export interface FaultsOptions {
  readonly seed: string;
  readonly seconds: string;
  readonly rate: string;
  readonly json?: boolean;
}

interface FaultFigures extends Recovery {
  readonly fault: string;
  /** Growth of resident memory from before the fault to its most, in MiB. */
  readonly grownMiB: number;
  /** Acknowledged events that are not in `events`. */
  readonly lost: number;
}

const logger = createLogger('silent');
const warmUpMs = 5_000;
const sampleMs = 200;
const settleMs = 10_000;
const mebibyte = 2 ** 20;

/** Acknowledged events that are not applied once the number of those no longer falls. */
async function missing(load: SteadyLoad, warehouse: Warehouse): Promise<number> {
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const names = await warehouse.query<{ n: string }>("SELECT concat(source, '/', event_id) AS n FROM events");
    const now = load.acknowledged.difference(new Set(names.map(({ n }) => n))).size;
    if (now === 0 || now >= before) return now;
    before = now;
    await sleep(settleMs);
  }
}

async function measure(name: string, fault: ClickHouseFault, options: FaultsOptions): Promise<{ figures: FaultFigures; version: string }> {
  return withDirectory(async (config) => {
    const rate = Number(options.rate);
    const directory = join(config.dataDir, 'bench-clickhouse');
    const first = await startEmbeddedClickHouse({ directory, httpPort: 0, logger });
    const { url, password } = first;
    const start = () => startEmbeddedClickHouse({ directory, httpPort: Number(new URL(url).port), logger });
    const holder: ServerHolder = { server: first, start };
    const steps = new StepTotals();
    const clickhouseUrl = url.replace('://', `://clearquay:${password}@`);
    const system = await startStandalone({ ...config, clickhouseUrl }, logger, { onBatch: (stats) => steps.add(stats) });
    const load = new SteadyLoad({
      url: system.url,
      key: system.key,
      seed: options.seed,
      ports: busyPorts.slice(0, 4),
      rate,
    });
    const warehouse = createWarehouse({ url, username: 'clearquay', password, database: 'clearquay', requestTimeoutMs: 60_000, logger });
    try {
      load.start();
      await sleep(warmUpMs);
      const before = process.memoryUsage().rss;
      let most = before;
      const sample = setInterval(() => {
        most = Math.max(most, process.memoryUsage().rss);
      }, sampleMs);
      const forItsTime = async (): Promise<void> => {
        const end = await fault(holder);
        await sleep(Number(options.seconds) * 1_000);
        await end();
      };
      const recovery = await recoveryFrom(forItsTime, { acknowledged: () => load.accepted, applied: () => steps.records, rate });
      clearInterval(sample);
      await load.stop();
      const lost = await missing(load, warehouse);
      const [row] = await warehouse.query<{ v: string }>('SELECT version() AS v');
      return {
        figures: { fault: name, ...recovery, grownMiB: (most - before) / mebibyte, lost },
        version: row?.v ?? '',
      };
    } finally {
      await warehouse.close();
      await system.close();
      await holder.server.stop();
    }
  });
}

/** Takes ClickHouse away in each way for the time given while events come at a fixed rate, and prints what it cost. */
export async function benchFaults(options: FaultsOptions): Promise<void> {
  const figures: FaultFigures[] = [];
  let version = '';
  for (const [name, fault] of Object.entries(clickHouseFaults)) {
    process.stderr.write(`ClickHouse ${name} for ${options.seconds} s at ${options.rate} events/s …\n`);
    const measured = await measure(name, fault, options);
    figures.push(measured.figures);
    version = measured.version;
  }
  const machine = thisMachine(version);
  process.stdout.write(`${machine.cores} cores, ${machine.memoryGiB} GiB, ClickHouse ${machine.clickhouse}, ${machine.date}\n\n`);
  process.stdout.write(`ClickHouse               most behind  memory +MiB  catch-up events/s  × live  lost\n`);
  for (const f of figures)
    process.stdout.write(
      `${f.fault.padEnd(24)} ${figure(f.mostBehind).padStart(11)} ${figure(f.grownMiB).padStart(12)} ${figure(f.catchUpRate).padStart(18)} ${figure(f.timesLive).padStart(7)} ${String(f.lost).padStart(5)}\n`,
    );
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, figures })}\n`);
}
