import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { loadPublishedLists } from '@clearquay/adapters/runtime/published-lists.ts';
import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { FoldSettings } from '@clearquay/domain/visit/fold.ts';
import { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import { refoldContainer } from '@clearquay/domain/visit/refold.ts';
import type { FoldedVisit, SubjectKey } from '@clearquay/domain/visit/visit.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import { figure, quantile, thisMachine } from './figures.ts';

export interface FoldOptions {
  readonly seed: string;
  readonly json?: boolean;
}

const portCode = 'CNDLC' as UnLocode;
const dayStart = instant(Date.UTC(2026, 2, 1));
const rounds = 40;

/** The boxes that are measured: those of about 30 events, and those with papers that customs and the carrier speak about. */
const kinds = {
  'a box of 26 to 34 events': (_: readonly FoldedVisit[], events: number) => events >= 26 && events <= 34,
  'a laden box of 50 to 60 events': (visits: readonly FoldedVisit[], events: number) =>
    events >= 50 && events <= 60 && visits.some((v) => v.state.bills.length > 0 && v.state.declarations.length > 0),
} as const;

type Kind = keyof typeof kinds;

/** A port that has applied the events in the order given, and its boxes of each kind. */
interface Measured {
  readonly port: MemoryPort;
  boxesOf(kind: Kind): readonly SubjectKey[];
}

function portOf(events: readonly AcceptedEvent[], settings: FoldSettings): Measured {
  const port = new MemoryPort(portCode, settings);
  port.applyBatch(events);
  const boxesOf = (kind: Kind): SubjectKey[] =>
    [...port.boxes()].filter((box) => {
      const visits = port.folded(box)?.visits ?? [];
      return kinds[kind](
        visits,
        visits.reduce((sum, v) => sum + v.timeline.length, 0),
      );
    });
  return { port, boxesOf };
}

/** Microseconds of one refold of each box of a kind, sorted, of both ports in turn: the first quarter of the rounds warms up. */
function measure(kind: Kind, both: readonly Measured[], settings: FoldSettings): number[][] {
  const chosen = both.map(({ port, boxesOf }) => ({ port, boxes: boxesOf(kind) }));
  const micros = both.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, { port, boxes }] of chosen.entries())
      for (const box of boxes) {
        const begun = performance.now();
        refoldContainer(portCode, box, port, port.folded(box)?.identities ?? [], settings);
        if (round > rounds / 4) micros[i]?.push((performance.now() - begun) * 1_000);
      }
  return micros.map((m) => m.sort((a, b) => a - b));
}

/** Measures what folding a box costs, holds, readiness and clocks included, told in order and in reverse. */
export async function benchFold(options: FoldOptions): Promise<void> {
  const reference = new URL('../../../seeds/reference/', import.meta.url);
  const [ports, lists] = await Promise.all([loadPorts(new URL('ports.csv', reference)), loadPublishedLists(reference)]);
  const events = generatePortDay({ seed: options.seed, port: portCode, start: dayStart, containers: 400 }).flatMap(
    ({ event, receivedAt }) => {
      const parsed = parseStatusEvent(event, ports);
      return parsed.ok ? [acceptEvent(parsed.value, receivedAt, receivedAt)] : [];
    },
  );
  const inOrder = portOf(
    [...events].sort((a, b) => a.occurredAt - b.occurredAt),
    lists,
  );
  const reversed = portOf(
    [...events].sort((a, b) => b.occurredAt - a.occurredAt),
    lists,
  );
  const machine = thisMachine('-');
  process.stdout.write(`${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}, ${machine.date}\n\n`);
  const figures = (Object.keys(kinds) as Kind[]).map((kind) => {
    const [told = [], late = []] = measure(kind, [inOrder, reversed], lists);
    const [p50, reversedP50] = [quantile(told, 0.5), quantile(late, 0.5)];
    process.stdout.write(
      `${kind.padEnd(32)}p50 ${figure(p50)} µs, p99 ${figure(quantile(told, 0.99))} µs (${figure(told.length)} folds)\n`,
    );
    process.stdout.write(
      `${'  told in reverse order'.padEnd(32)}p50 ${figure(reversedP50)} µs, ${figure(reversedP50 / p50)} times that in order\n`,
    );
    return { kind, p50Micros: p50, p99Micros: quantile(told, 0.99), reversedP50Micros: reversedP50, samples: told.length };
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, boxes: figures })}\n`);
}
