import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import type { AcceptedEvent, Details, Reference, Subject } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import fc from 'fast-check';

/** What a day rarely does by itself and a port does sooner or later. */
const amendmentKinds = [
  'cancel',
  'cancel-link',
  'cancel-move',
  'correct',
  'correct-twice',
  'cancel-correction',
  'early-correction',
  'late-house',
  'groupage',
  'unlink',
  'split',
  'merge',
  'renumber',
  'roll-over',
  'shut-out',
  'withdraw',
] as const;

type Amendment = readonly [kind: (typeof amendmentKinds)[number], which: number, other: number];

const hourMs = 3_600_000;
const links: readonly Code[] = ['carrier.bill-linked', 'customs.declaration-linked', 'carrier.call-opened'];
const moves: readonly Code[] = [
  'terminal.discharged',
  'terminal.gated-in',
  'terminal.gated-out',
  'terminal.loaded',
  'terminal.vessel-departed',
];

/** A change of the same event, `hours` later than what it corrects. */
function changed(target: AcceptedEvent, id: string, action: 'correct' | 'cancel', hours = 0): AcceptedEvent {
  const occurredAt = instant(target.occurredAt + hours * hourMs);
  return { ...target, key: undefined, id, action, replaces: { source: target.source, id: target.id }, occurredAt };
}

/** A report like a given event in time and port, about something else. */
function report(
  like: AcceptedEvent,
  id: string,
  code: Code,
  subject: Subject,
  references: readonly Reference[],
  details?: Details,
): AcceptedEvent {
  const { agency, classifiers } = codeRules[code];
  const { port, occurredAt, receivedAt, appliedAt } = like;
  const classifier = classifiers.at(-1) ?? 'actual';
  return {
    id,
    action: 'report',
    port,
    source: `amending-${agency}`,
    agency,
    code,
    subject,
    references,
    classifier,
    occurredAt,
    receivedAt,
    appliedAt,
    ...(details && { details }),
  };
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const refTo = (event: AcceptedEvent, type: Reference['type']): Reference | undefined => event.references.find((r) => r.type === type);

/** The day after one amendment; the day itself when it has nothing that could be amended so. */
function amended(day: readonly AcceptedEvent[], [kind, which, other]: Amendment, n: number): readonly AcceptedEvent[] {
  const id = `amended-${n}`;
  const reports = day.filter((e) => e.action === 'report');
  const any = pick(reports, which);
  const lines = reports.filter((e) => e.code === 'carrier.bill-linked' && e.subject.type === 'container' && refTo(e, 'bill'));
  const line = pick(lines, which);
  const bill = line && refTo(line, 'bill');
  const hours = (other % 60) - 30;
  switch (kind) {
    case 'cancel':
      return any ? [...day, changed(any, id, 'cancel')] : day;
    case 'cancel-link':
    case 'cancel-move': {
      const codes = kind === 'cancel-link' ? links : moves;
      const target = pick(
        reports.filter((e) => codes.includes(e.code)),
        which,
      );
      return target ? [...day, changed(target, id, 'cancel')] : day;
    }
    case 'correct':
      return any ? [...day, changed(any, id, 'correct', hours)] : day;
    case 'early-correction':
      return any ? [changed(any, id, 'correct', hours), ...day] : day;
    case 'correct-twice':
    case 'cancel-correction': {
      if (!any) return day;
      const first = changed(any, id, 'correct', hours);
      return [...day, first, kind === 'correct-twice' ? changed(first, `${id}b`, 'correct', 2) : changed(first, `${id}b`, 'cancel')];
    }
    case 'late-house':
    case 'groupage': {
      if (!line || !bill) return day;
      const houses = kind === 'groupage' ? ['A', 'B', 'C'] : ['A'];
      const call = line.references.filter((r) => r.type === 'call');
      return [
        ...day,
        ...houses.map((h) =>
          report(
            line,
            `${id}${h}`,
            'carrier.bill-linked',
            line.subject,
            [{ type: 'bill', id: `${bill.id}${h}`, kind: 'house' }, bill, ...call],
            line.details,
          ),
        ),
      ];
    }
    case 'unlink':
      return line && bill
        ? [
            ...day,
            {
              ...report(line, id, 'carrier.bill-unlinked', line.subject, [bill]),
              occurredAt: instant(line.occurredAt + (other % 200) * hourMs),
            },
          ]
        : day;
    case 'split':
    case 'merge':
    case 'renumber': {
      const another = pick(lines, other);
      const into = kind === 'merge' ? another && refTo(another, 'bill')?.id : `${bill?.id}S`;
      if (!line || !bill || into === undefined || into === bill.id) return day;
      const ofBill = lines.filter((l) => refTo(l, 'bill')?.id === bill.id).map((l) => l.subject.id);
      const boxes = kind === 'split' ? [line.subject.id] : [...new Set(ofBill)];
      // The new number may stand in the map alone.
      const references: Reference[] = other % 3 === 0 ? [] : [{ type: 'bill', id: into }];
      const details = { map: [{ old: bill.id, new: into, boxes }] };
      const replaced = report(line, id, 'carrier.bill-replaced', { type: 'bill', id: bill.id }, references, details);
      return [...day, kind === 'split' ? replaced : { ...replaced, occurredAt: instant(line.occurredAt + (other % 200) * hourMs) }];
    }
    case 'roll-over': {
      const from = line && refTo(line, 'call');
      const to = pick([...new Set(reports.flatMap((e) => e.references.filter((r) => r.type === 'call').map((r) => r.id)))], other);
      if (!line || !bill || !from || to === undefined) return day;
      const calls: Reference[] = [
        { type: 'call', id: from.id, relation: 'from' },
        { type: 'call', id: to, relation: 'to' },
      ];
      return [...day, report(line, id, 'carrier.rolled-over', line.subject, [bill, ...calls])];
    }
    case 'shut-out': {
      const call = line && refTo(line, 'call');
      return line && call
        ? [
            ...day,
            {
              ...report(line, id, 'terminal.shut-out', line.subject, [call]),
              occurredAt: instant(line.occurredAt + (other % 200) * hourMs),
            },
          ]
        : day;
    }
    case 'withdraw': {
      const link = pick(
        reports.filter((e) => e.code === 'customs.declaration-linked'),
        which,
      );
      return link ? [...day, report(link, id, 'customs.declaration-withdrawn', link.subject, [])] : day;
    }
    default:
      return kind satisfies never;
  }
}

/** Days to which up to six things were done that a generated day rarely does by itself. */
export const amendedDays = (days: fc.Arbitrary<readonly AcceptedEvent[]>): fc.Arbitrary<readonly AcceptedEvent[]> =>
  fc
    .tuple(days, fc.array(fc.tuple(fc.constantFrom(...amendmentKinds), fc.nat(10_000), fc.nat(10_000)), { maxLength: 6 }))
    .map(([day, amendments]) => amendments.reduce<readonly AcceptedEvent[]>((told, amendment, n) => amended(told, amendment, n), day));
