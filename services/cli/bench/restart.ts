import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import { containerCheckDigit } from '@clearquay/domain/identifiers/container-number.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { createProcessor } from '@clearquay/processor/processor.ts';
import { createRestClient } from '@clearquay/sdk/rest.ts';
import { openParts } from '../parts.ts';
import { startStandalone } from '../standalone.ts';
import { allApplied } from './all-applied.ts';
import { busyPorts, figure, thisMachine } from './figures.ts';
import { StepTotals } from './step-totals.ts';
import { withDirectory } from './with-directory.ts';

export interface RestartOptions {
  readonly visits: string;
  readonly json?: boolean;
}

const appendSize = 2_000;
const pollMs = 5;
const logger = createLogger('error');
const portCount = 8;

/** A discharge of an invented box of a port, which opens a visit. */
function discharge(n: number): object {
  const ten = `QXRU${String(n % 1_000_000).padStart(6, '0')}`;
  return {
    id: `discharge-${n}`,
    source: 'bench',
    port: busyPorts[n % portCount],
    code: 'terminal.discharged',
    subject: { type: 'container', id: `${ten}${containerCheckDigit(ten)}` },
    occurredAt: '2026-03-01T00:00:00Z',
    details: { full: true },
  };
}

/** Measures how long a start takes on a data directory with many open visits: until it is ready, and until an event is applied. */
export async function benchRestart(options: RestartOptions): Promise<void> {
  const count = Number(options.visits);
  const figures = await withDirectory(async (config) => {
    const filling = new AsyncDisposableStack();
    const parts = await openParts(config, logger, filling);
    try {
      const processor = filling.adopt(createProcessor(parts), (p) => p.close());
      const now = instant(Date.UTC(2026, 2, 2));
      for (let at = 0; at < count; at += appendSize) {
        const records = Array.from({ length: Math.min(appendSize, count - at) }, (_, i) => {
          const parsed = parseStatusEvent(discharge(at + i), parts.ports);
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
          return eventRecord(parsed.value, now, parts.codec);
        });
        await parts.log.append(records);
      }
      await processor.start();
      await allApplied(parts.log, parts.warehouse);
    } finally {
      await filling.disposeAsync();
    }
    const steps = new StepTotals();
    const begun = performance.now();
    const system = await startStandalone(config, logger, { onBatch: (stats) => steps.add(stats) });
    try {
      while ((await fetch(new URL('/readyz', system.url))).status !== 200);
      const readySeconds = (performance.now() - begun) / 1_000;
      await createRestClient(system).sendEvents([discharge(count)]);
      while (steps.records === 0) await sleep(pollMs);
      return { visits: count, readySeconds, appliedSeconds: (performance.now() - begun) / 1_000 };
    } finally {
      await system.close();
    }
  });
  const machine = thisMachine('-');
  process.stdout.write(`${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.date}\n\n`);
  process.stdout.write(
    `start with ${figure(figures.visits)} open visits   ready after ${figure(figures.readySeconds)} s, first event applied after ${figure(figures.appliedSeconds)} s\n`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, ...figures })}\n`);
}
