import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { AcceptedEvent, StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { FoldDocument, PaperJson } from '@clearquay/domain/fold-file/document-json.ts';
import { documentOf } from '@clearquay/domain/fold-file/fold-document.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import { MemoryPort } from '@clearquay/domain/visit/memory-port.ts';
import { subjectKey } from '@clearquay/domain/visit/visit.ts';
import type { ClockJson, ClocksJson, ReadinessJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { inOrderOfReceipt } from '@clearquay/seeds/scenarios/play-scenario.ts';
import type {
  Delivery,
  ExpectedClock,
  ExpectedPaper,
  ExpectedPeriod,
  ExpectedVerdict,
  ExpectedVisit,
  Moment,
  Move,
  Scenario,
} from '@clearquay/seeds/scenarios/scenario.ts';
import { publishedLists } from './published-lists.ts';

/** What is known of a scenario at one moment, as the API would show it. */
export interface Known extends Shown {
  readonly port: MemoryPort;
  readonly document: Omit<FoldDocument, 'findings'>;
}

/** The events of a scenario as intake accepts them; throws when it refuses one. */
export function accepted({ event, receivedAt }: Delivery, ports: PortTable): AcceptedEvent {
  const parsed = parseStatusEvent(event, ports);
  if (!parsed.ok) throw new Error(`${event.id}: ${parsed.error.map((p) => `${p.pointer} ${p.message}`).join(' ')}`);
  const known: StatusEvent = parsed.value;
  return { ...known, receivedAt, appliedAt: receivedAt };
}

/** The last moment that a scenario tells of. */
export const endOf = (scenario: Scenario): Instant =>
  instant(Math.max(...scenario.deliveries.map((d) => Math.max(d.occurredAt, d.receivedAt))));

/** Folds what is known at a moment, one receipt after the other; the reader's time is that moment. */
export function knownAt(scenario: Scenario, moment: Moment, ports: PortTable): Known {
  const now = moment.kind === 'end' ? endOf(scenario) : moment.time;
  const deliveries = inOrderOfReceipt(scenario).filter(
    (d) => moment.kind === 'end' || (moment.kind === 'at' ? d.occurredAt : d.receivedAt) <= now,
  );
  const code = ports.resolve(scenario.port)?.code;
  if (!code) throw new Error(`${scenario.port} is no port`);
  const port = new MemoryPort(code, { ...publishedLists, zone: scenario.zone });
  for (const delivery of deliveries) port.applyBatch([accepted(delivery, ports)]);
  return {
    port,
    document: documentOf(port, { all: true }, now, scenario.zone),
    standings: (visit) => foldedStandings(port, visit),
    idKnownAt: ({ container, nth }, time) => visitsOf(knownAt(scenario, { kind: 'known', time }, ports), container)[nth - 1]?.visitId,
  };
}

/** Visits as a reader sees them, those of a box oldest first, and the standing of the events of one by event id. */
export interface Shown {
  readonly document: { readonly visits: readonly VisitJson[] };
  readonly standings: (visit: VisitJson) => Readonly<Record<string, string>>;
  /** The id that such a visit had to who knew what had come in by a moment, where that can be told. */
  readonly idKnownAt?: (expected: ExpectedVisit, moment: Instant) => string | undefined;
}

const visitsOf = ({ document }: Pick<Shown, 'document'>, container: string): VisitJson[] =>
  document.visits.filter((v) => v.container === container);

/** A verdict in the form of an expectation, as far as that says. */
function seenVerdict(found: Partial<ReadinessJson> | undefined, expected: ExpectedVerdict): ExpectedVerdict {
  return {
    verdict: found?.verdict ?? 'absent',
    ...(expected.since && { since: found?.readySince ?? 'absent' }),
    ...(expected.reasons && {
      reasons: (found?.reasons ?? []).map(({ code, kind, subject }, i) => ({
        code,
        ...(kind !== undefined && code.endsWith('-hold') && { kind }),
        // Only where the scenario says about whom.
        ...(subject && expected.reasons?.[i]?.subject && { subject: subject.id }),
      })),
    }),
    ...(expected.conditions && { conditions: found?.conditions ?? [] }),
  };
}

/** What a clock shows: its hours once it stopped, else its state; with its first stop and its target as far as an expectation says. */
function seenClock(found: ClockJson | undefined, expected: ExpectedClock): ExpectedClock {
  const { state = 'absent', hours, firstHours, targetHours } = found ?? {};
  const isAbove = hours !== undefined && targetHours !== undefined && hours >= targetHours;
  return {
    shows: state === 'stopped' && hours !== undefined ? hours : state,
    ...(expected.first !== undefined && firstHours !== undefined && { first: firstHours }),
    ...((expected.above ?? expected.below) !== undefined && targetHours !== undefined && { [isAbove ? 'above' : 'below']: targetHours }),
  };
}

const seenClocks = (clocks: ClocksJson, expected: Readonly<Record<string, ExpectedClock>>): Record<string, ExpectedClock> =>
  Object.fromEntries(Object.entries(expected).map(([name, clock]) => [name, seenClock(clocks[name], clock)]));

function foldedStandings(port: MemoryPort, visit: VisitJson): Record<string, string> {
  const folded = port.folded(subjectKey({ type: 'container', id: visit.container }))?.visits.find((v) => v.visitId === visit.visitId);
  return Object.fromEntries((folded?.timeline ?? []).map((e) => [e.event.id, e.status]));
}

const pick = <T>(from: Readonly<Record<string, T>>, names: object): Record<string, T | undefined> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));

/** A visit in the form of an expectation, with exactly the parts that the expectation speaks of, `ready` left out. */
export function seenVisit(known: Shown, expected: ExpectedVisit): object | undefined {
  const { container, nth, absent } = expected;
  const visit = visitsOf(known, container)[nth - 1];
  if (!visit) return absent && { container, nth, absent };
  const plain = pick<unknown>({ ...visit }, expected);
  const times = (field: 'actual' | 'first'): Record<string, string | undefined> =>
    Object.fromEntries(Object.entries(visit.milestones).map(([name, m]) => [name, m[field]]));
  return {
    ...plain,
    nth,
    absent: undefined,
    ...(expected.idAsKnownAt !== undefined && {
      idAsKnownAt: known.idKnownAt?.(expected, expected.idAsKnownAt) === visit.visitId ? expected.idAsKnownAt : visit.visitId,
    }),
    ...(expected.lanes && { lanes: pick(visit.lanes, expected.lanes) }),
    ...(expected.milestones && { milestones: pick(times('actual'), expected.milestones) }),
    ...(expected.first && { first: pick(times('first'), expected.first) }),
    ...(expected.holds && {
      holds: visit.holds.map((h, i) => ({
        agency: h.agency,
        kind: h.kind,
        subject: h.subject.id,
        placedAt: h.placedAt,
        ...(h.liftedAt && { liftedAt: h.liftedAt }),
        ...(expected.holds?.[i]?.liftedBy && { liftedBy: h.liftedBy?.split('/')[1] }),
        ...(h.waivedFrom && { waivedFrom: h.waivedFrom }),
      })),
    }),
    ...(expected.conditions && {
      conditions: visit.conditions.map(({ code, since, until }) => ({ code, since, ...(until && { until }) })),
    }),
    ...(expected.readiness && { readiness: expected.readiness.map((e) => ({ move: e.move, ...seenVerdict(visit.readiness[e.move], e) })) }),
    ...(expected.seals && { seals: visit.seals ?? [] }),
    ...(expected.clocks && { clocks: seenClocks(visit.clocks, expected.clocks) }),
    ...(expected.account && { account: visit.account ?? [] }),
    ...(expected.deadlines && {
      deadlines: visit.deadlines
        .filter((d) => expected.deadlines?.some((e) => e.kind === d.kind && e.dueAt === d.dueAt))
        .map(({ kind, dueAt, state }) => ({ kind, dueAt, state })),
    }),
    ...(expected.findings && { findings: visit.findings.map((f) => f.code) }),
    ...(expected.entries && {
      entries: Object.fromEntries(Object.keys(expected.entries).map((id) => [id, known.standings(visit)[id] ?? 'absent'])),
    }),
  };
}

/** The bill or declaration that an expectation speaks of. */
export const paperOf = ({ document }: Known, { type, id }: ExpectedPaper): PaperJson | undefined =>
  (type === 'bill' ? document.bills : document.declarations).find((p) => p.id === id);

/** A bill or declaration in the form of an expectation. */
export function seenPaper(
  paper: Pick<PaperJson, 'id' | 'state' | 'clocks' | 'delivery'> | undefined,
  expected: ExpectedPaper,
): object | undefined {
  if (!paper) return undefined;
  return {
    type: expected.type,
    id: paper.id,
    ...(expected.state && { state: paper.state }),
    counts: pick<unknown>({ ...paper }, expected.counts),
    ...(expected.clocks && { clocks: seenClocks(paper.clocks, expected.clocks) }),
    ...(expected.delivery && { delivery: seenVerdict(paper.delivery, expected.delivery) }),
  };
}

/** Each moment of event time at which something occurred, with what had occurred by then. */
export function* momentsOf(scenario: Scenario, ports: PortTable): Generator<{ readonly time: Instant; readonly known: Known }> {
  const times = [...new Set(scenario.deliveries.map((d) => d.occurredAt))].sort((a, b) => a - b);
  for (const time of times) yield { time, known: knownAt(scenario, { kind: 'at', time }, ports) };
}

/** The stretches of event time in which a visit was ready for a move, as the visit itself tells them in the end. */
export function toldPeriods(known: Shown, { container, nth }: ExpectedVisit, moves: readonly Move[]): ExpectedPeriod[] {
  const time = (text: string): Instant => instant(Date.parse(text));
  return moves.flatMap((move) =>
    (visitsOf(known, container)[nth - 1]?.readiness[move]?.periods ?? []).map(({ from, to, withConditions }) => ({
      move,
      verdict: withConditions ? ('ready-with-conditions' as const) : ('ready' as const),
      from: time(from),
      ...(to !== undefined && { to: time(to) }),
    })),
  );
}

/** The same stretches as readers of each moment were told them. */
export function seenPeriods(
  moments: Iterable<{ readonly time: Instant; readonly known: Known }>,
  { container, nth }: ExpectedVisit,
  moves: readonly Move[],
): ExpectedPeriod[] {
  const periods: { -readonly [K in keyof ExpectedPeriod]: ExpectedPeriod[K] }[] = [];
  for (const move of moves) {
    let open: (typeof periods)[number] | undefined;
    for (const { time, known } of moments) {
      const verdict = visitsOf(known, container)[nth - 1]?.readiness[move]?.verdict;
      if (open && open.verdict !== verdict) {
        open.to = time;
        open = undefined;
      }
      if (!open && (verdict === 'ready' || verdict === 'ready-with-conditions')) {
        open = { move, verdict, from: time };
        periods.push(open);
      }
    }
  }
  return periods;
}
