import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import { refoldContainer } from '@clearquay/domain/visit/refold.ts';
import type { SubjectKey } from '@clearquay/domain/visit/visit.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import { figure, quantile, thisMachine } from './figures.ts';

export interface FoldOptions {
  readonly seed: string;
  readonly json?: boolean;
}

const portCode = 'CNDLC' as UnLocode;
const dayStart = instant(Date.UTC(2026, 2, 1));
const rounds = 40;
/** Boxes whose visits together have about this many events are measured. */
const wanted = { least: 26, most: 34 };

/** A port that has applied the events in the order given, and the boxes of the wanted size. */
function portOf(events: readonly AcceptedEvent[]): { port: MemoryPort; boxes: SubjectKey[] } {
  const port = new MemoryPort(portCode);
  port.applyAt(dayStart, events);
  const boxes = [...port.boxes()].filter((box) => {
    const size = port.folded(box)?.visits.reduce((sum, v) => sum + v.timeline.length, 0) ?? 0;
    return size >= wanted.least && size <= wanted.most;
  });
  return { port, boxes };
}

/** Microseconds of one refold of each box, over and over, sorted. */
function measure({ port, boxes }: ReturnType<typeof portOf>): number[] {
  const micros: number[] = [];
  for (let round = 0; round < rounds; round++)
    for (const box of boxes) {
      const begun = performance.now();
      refoldContainer(portCode, box, port, port.folded(box)?.identities ?? [], dayStart);
      if (round > rounds / 4) micros.push((performance.now() - begun) * 1_000);
    }
  return micros.sort((a, b) => a - b);
}

/** Measures what folding a visit of some 30 events costs, holds, readiness and clocks included, told in order and in reverse. */
export async function benchFold(options: FoldOptions): Promise<void> {
  const ports = await loadPorts(new URL('../../../seeds/reference/ports.csv', import.meta.url));
  const events = generatePortDay({ seed: options.seed, port: portCode, start: dayStart, containers: 400 }).flatMap(
    ({ event, receivedAt }) => {
      const parsed = parseStatusEvent(event, ports);
      return parsed.ok ? [acceptEvent(parsed.value, receivedAt, receivedAt)] : [];
    },
  );
  const inOrder = measure(portOf([...events].sort((a, b) => a.occurredAt - b.occurredAt)));
  const reversed = measure(portOf([...events].sort((a, b) => b.occurredAt - a.occurredAt)));
  const figures = {
    p50Micros: quantile(inOrder, 0.5),
    p99Micros: quantile(inOrder, 0.99),
    reversedP50Micros: quantile(reversed, 0.5),
    samples: inOrder.length,
  };
  const machine = thisMachine('-');
  process.stdout.write(`${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.date}\n\n`);
  process.stdout.write(
    `a box of ${wanted.least} to ${wanted.most} events   p50 ${figure(figures.p50Micros)} µs, p99 ${figure(figures.p99Micros)} µs (${figure(figures.samples)} folds)\n`,
  );
  process.stdout.write(
    `told in reverse order      p50 ${figure(figures.reversedP50Micros)} µs, ${figure(figures.reversedP50Micros / figures.p50Micros)} times that in order\n`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, ...figures })}\n`);
}
