import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { formatInstant } from '../identifiers/zone.ts';
import { at, told } from '../visit/story.ts';
import { inputOf, type Told, when } from './clock-story.ts';
import { type DeadlineFacts, type DeadlineKind, deadlineState, nextChangeAt } from './deadline.ts';
import { deadlinesOf } from './deadlines.ts';
import { parseServiceLimits } from './service-limits.ts';

const shanghai = 'Asia/Shanghai';
const due = (offset: string, zone = shanghai): string => formatInstant(at(offset), zone);

const read = (events: readonly AcceptedEvent[], box: string, zone = shanghai, more: Told = {}): readonly DeadlineFacts[] =>
  deadlinesOf({ ...inputOf(events, box, more), zone });

/** Due time and state of each deadline of a kind, to a reader long after. */
const shown = (facts: readonly DeadlineFacts[], kind: DeadlineKind, now = when('5000:00')): [number, string][] =>
  facts.filter((d) => d.kind === kind).map((d) => [d.dueAt, deadlineState(d, now)]);

const arrival = (box: string): AcceptedEvent[] => [
  told('0:00', 'carrier.bill-linked', box, 'B1 K1', { direction: 'import' }),
  told('48:00', 'terminal.vessel-arrived', 'K1'),
  told('53:00', 'terminal.discharged', box, 'K1'),
];

test('S01: the last free day ends at midnight of the port, and a box fetched before has met it', () => {
  const events = [...arrival('C1'), told('54:20', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-08' })];
  const waiting = read(events, 'C1', 'UTC');
  expect(shown(waiting, 'storage', when('192:00'))).toEqual([[at('192:00'), 'running']]);
  expect(shown(waiting, 'storage', when('192:01'))).toEqual([[at('192:00'), 'missed']]);
  const fetched = read([...events, told('60:20', 'terminal.gated-out', 'C1', '', { to: 'consignee' })], 'C1', 'UTC');
  expect(shown(fetched, 'storage')).toEqual([[at('192:00'), 'met']]);
  // The same day ends eight hours earlier in China.
  expect(shown(read(events, 'C1'), 'storage')).toEqual([[at('184:00'), 'missed']]);
});

test('a free day of a port that changes its clocks ends at its own midnight', () => {
  // Lisbon goes to summer time on 29 March 2026 at 01:00: that day has 23 hours.
  const set = told('54:20', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-29' });
  const [storage] = read([...arrival('C1'), set], 'C1', 'Europe/Lisbon').filter((d) => d.kind === 'storage');
  expect(formatInstant(storage?.dueAt ?? 0, 'Europe/Lisbon')).toBe('2026-03-30T00:00:00+01:00');
});

test('of several free times of one kind the last word counts, and detention ends with the empty box', () => {
  const events = [
    ...arrival('C1'),
    told('54:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-05' }),
    told('55:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-06' }),
    told('56:00', 'terminal.free-time-set', 'C1', '', { kind: 'detention', lastFreeDay: '2026-03-04' }),
    told('60:00', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
    told('100:00', 'terminal.empty-returned', 'C1'),
  ];
  const facts = read(events, 'C1', 'UTC');
  expect(shown(facts, 'storage')).toEqual([[at('144:00'), 'met']]);
  expect(shown(facts, 'detention')).toEqual([[at('96:00'), 'missed']]);
});

const relocation = (ordered: AcceptedEvent): AcceptedEvent[] => [
  ...arrival('C1'),
  ordered,
  told('54:30', 'terminal.service-limit-set', 'C1', '', { operation: 'relocation', limitMinutes: 240 }),
  told('58:30', 'terminal.moved-to-inspection', 'C1'),
];

test('S02: a limit that is met at its very due time is met; correcting the order moves the due time', () => {
  const ordered = told('54:30', 'customs.inspection-ordered', 'C1', '', { id: 'order' });
  const events = relocation(ordered);
  expect(shown(read(events, 'C1'), 'relocation')).toEqual([[at('58:30'), 'met']]);
  const corrected = {
    ...told('54:00', 'customs.inspection-ordered', 'C1', '', { id: 'order-2' }),
    action: 'correct' as const,
    replaces: { source: ordered.source, id: ordered.id },
  };
  expect(shown(read([...events, corrected], 'C1'), 'relocation')).toEqual([[at('58:00'), 'missed']]);
});

test('a limit that its event does not say is that of the published list, by the version in force', () => {
  const limits = parseServiceLimits(
    [
      'version,valid_from,operation,name,name_zh,limit_minutes,working_time,owner',
      '2025-1,2025-01-01T00:00:00+08:00,pick-up,Pick-up,提箱,90,7x24,terminal',
      '2026-1,2026-01-01T00:00:00+08:00,pick-up,Pick-up,提箱,60,7x24,terminal',
    ].join('\n'),
  );
  const events = (details: { listVersion?: string }): AcceptedEvent[] => [
    ...arrival('C1'),
    told('60:00', 'terminal.gate-recognised', 'C1', '', { direction: 'in' }),
    told('60:02', 'terminal.service-limit-set', 'C1', '', { operation: 'pick-up', ...details }),
    told('61:15', 'terminal.gated-out', 'C1', '', { to: 'consignee' }),
  ];
  const dueAt = (details: { listVersion?: string }): [number, string][] =>
    shown(deadlinesOf({ ...inputOf(events(details), 'C1'), zone: shanghai, serviceLimits: limits }), 'pick-up');
  expect(dueAt({})).toEqual([[at('61:00'), 'missed']]);
  expect(dueAt({ listVersion: '2025-1' })).toEqual([[at('61:30'), 'met']]);
});

const twoStep = [
  told('0:00', 'carrier.bill-linked', 'C5', 'B5 K5', { direction: 'import' }),
  told('10:00', 'customs.declaration-linked', 'D5', 'B5 C5'),
  told('10:00', 'customs.summary-declared', 'D5'),
  told('24:00', 'terminal.vessel-arrived', 'K5', '', { id: 'arrived' }),
  told('26:00', 'terminal.discharged', 'C5'),
];

test('S05: both declarations are due 14 days from the entry of the vessel', () => {
  expect(shown(read(twoStep, 'C5'), 'import-declaration')).toEqual([[at('360:00'), 'met']]);
  expect(shown(read(twoStep, 'C5'), 'complete-declaration', when('360:00'))).toEqual([[at('360:00'), 'running']]);
  const complete = read([...twoStep, told('100:00', 'customs.complete-declared', 'D5')], 'C5');
  expect(shown(complete, 'complete-declaration')).toEqual([[at('360:00'), 'met']]);
  const corrected = {
    ...told('30:00', 'terminal.vessel-arrived', 'K5', '', { id: 'arrived-2' }),
    action: 'correct' as const,
    replaces: { source: 'terminal', id: 'arrived' },
  };
  expect(shown(read([...twoStep, corrected], 'C5'), 'complete-declaration')).toEqual([[at('366:00'), 'missed']]);
  expect(shown(read([...twoStep, told('23:00', 'customs.vessel-entry-cleared', 'K5')], 'C5'), 'import-declaration')).toEqual([
    [at('359:00'), 'met'],
  ]);
});

test('an import without a declaration misses its day; one sent back is asked for none', () => {
  expect(shown(read(arrival('C1'), 'C1'), 'import-declaration')).toEqual([[at('384:00'), 'missed']]);
  const returned = [...arrival('C1'), told('60:00', 'terminal.gated-out', 'C1', '', { to: 'return' })];
  expect(shown(read(returned, 'C1'), 'import-declaration')).toEqual([[at('384:00'), 'void']]);
});

const plainExport = [
  told('21:00', 'carrier.bill-linked', 'C8', 'B8 K8', { direction: 'export' }),
  told('22:00', 'customs.manifest-accepted', 'B8', 'K8'),
  told('24:00', 'terminal.cutoff-set', 'K8', '', { kind: 'gate-in', due: due('48:00') }),
  told('24:00', 'terminal.cutoff-set', 'K8', '', { kind: 'vgm', due: due('50:00') }),
  told('24:00', 'terminal.cutoff-set', 'K8', '', { kind: 'dangerous-goods', due: due('50:00') }),
  told('30:02', 'terminal.gated-in', 'C8', '', { full: true }),
  told('70:00', 'terminal.loaded', 'C8', 'K8'),
  told('75:00', 'terminal.vessel-departed', 'K8'),
];

test('S08: cut-offs of the call, the manifest a day before loading, the tally six hours after departure', () => {
  const facts = read([...plainExport, told('77:00', 'terminal.tally-reported', 'B8')], 'C8');
  expect(shown(facts, 'gate-in')).toEqual([[at('48:00'), 'met']]);
  expect(shown(facts, 'vgm')).toEqual([[at('50:00'), 'missed']]);
  // No dangerous goods: their cut-off asks for nothing, until the box turns out to hold some.
  expect(shown(facts, 'dangerous-goods')).toEqual([]);
  const dangerous = read([...plainExport, told('40:00', 'maritime.dangerous-goods-approved', 'C8')], 'C8');
  expect(shown(dangerous, 'dangerous-goods')).toEqual([[at('50:00'), 'met']]);
  expect(shown(facts, 'pre-stowage-manifest')).toEqual([[at('46:00'), 'met']]);
  expect(shown(facts, 'tally')).toEqual([[at('81:00'), 'met']]);
  expect(facts.map((d) => d.dueAt)).toEqual([...facts.map((d) => d.dueAt)].sort((a, b) => a - b));
  const refused = read([...plainExport, told('77:00', 'terminal.tally-reported', 'B8', '', { accepted: false })], 'C8');
  expect(shown(refused, 'tally')).toEqual([[at('81:00'), 'missed']]);
});

test('a cut-off told again moves; the time in force is the one told last', () => {
  const moved = [...plainExport, told('26:00', 'terminal.cutoff-set', 'K8', '', { kind: 'gate-in', due: due('30:00') })];
  expect(shown(read(moved, 'C8'), 'gate-in')).toEqual([[at('30:00'), 'missed']]);
});

test('S15: a cut-off met before the box was taken off its call stays met, one not yet due is void', () => {
  const events = [
    told('0:00', 'carrier.bill-linked', 'C15', 'B16 K17', { direction: 'export' }),
    told('1:00', 'customs.manifest-accepted', 'B16', 'K17'),
    told('4:00', 'terminal.cutoff-set', 'K17', '', { kind: 'gate-in', due: due('20:00') }),
    told('4:00', 'terminal.cutoff-set', 'K17', '', { kind: 'vgm', due: due('20:00') }),
    told('4:00', 'terminal.cutoff-set', 'K17', '', { kind: 'customs-release', due: due('25:00') }),
    told('10:00', 'terminal.gated-in', 'C15'),
    told('24:00', 'terminal.shut-out', 'C15', 'K17'),
    told('30:00', 'carrier.rolled-over', 'C15', 'B16 K17 K18', { classifier: 'actual' }),
    told('31:00', 'customs.manifest-accepted', 'B16', 'K18'),
    told('90:00', 'terminal.loaded', 'C15', 'K18'),
  ];
  const facts = read(events, 'C15');
  expect(shown(facts, 'gate-in')).toEqual([[at('20:00'), 'met']]);
  expect(shown(facts, 'vgm')).toEqual([[at('20:00'), 'missed']]);
  expect(shown(facts, 'customs-release')).toEqual([[at('25:00'), 'void']]);
  expect(facts.find((d) => d.kind === 'gate-in')?.subject).toEqual({ type: 'call', id: 'K17' });
  // The manifest of the new call counts, not that of the old one.
  expect(shown(facts, 'pre-stowage-manifest')).toEqual([[at('66:00'), 'met']]);
  expect(facts.find((d) => d.kind === 'pre-stowage-manifest')?.metAt).toBe(at('31:00'));
});

test('a delivery order is valid up to its date, and void once it was recalled', () => {
  const issued = [...arrival('C1'), told('54:00', 'carrier.delivery-order-issued', 'B1', '', { validUntil: '2026-03-04' })];
  expect(shown(read(issued, 'C1', 'UTC'), 'delivery-order')).toEqual([[at('96:00'), 'missed']]);
  const again = [...issued, told('55:00', 'carrier.delivery-order-issued', 'B1', '', { validUntil: due('120:00') })];
  expect(shown(read(again, 'C1', 'UTC'), 'delivery-order', when('120:00'))).toEqual([[at('120:00'), 'running']]);
  const fetched = [...again, told('120:00', 'terminal.gated-out', 'C1', '', { to: 'consignee' })];
  expect(shown(read(fetched, 'C1', 'UTC'), 'delivery-order')).toEqual([[at('120:00'), 'met']]);
  const recalled = [...issued, told('56:00', 'carrier.hold-placed', 'B1', '', { kind: 'recall' })];
  expect(shown(read(recalled, 'C1', 'UTC'), 'delivery-order')).toEqual([[at('96:00'), 'void']]);
});

test('the next change is the moment after the earliest due time that still runs', () => {
  const facts = read(
    [
      ...arrival('C1'),
      told('54:00', 'carrier.delivery-order-issued', 'B1', '', { validUntil: due('100:00') }),
      told('54:20', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-08' }),
    ],
    'C1',
    'UTC',
  );
  expect(nextChangeAt(facts, when('54:20'))).toBe(at('100:00') + 1);
  expect(nextChangeAt(facts, when('100:01'))).toBe(at('192:00') + 1);
  expect(nextChangeAt(facts, when('1000:00'))).toBeUndefined();
  for (const fact of facts)
    expect([deadlineState(fact, fact.dueAt), deadlineState(fact, (fact.dueAt + 1) as typeof fact.dueAt)]).toEqual(['running', 'missed']);
});

test('a cut-off asks of a transhipment box and of an empty only what their loading needs', () => {
  const cutoffs = (['gate-in', 'documents', 'vgm', 'customs-release'] as const).map((kind) =>
    told('20:00', 'terminal.cutoff-set', 'K11', '', { kind, due: due('40:00') }),
  );
  const transhipment = read(
    [
      told('0:00', 'carrier.bill-linked', 'C10', 'B10 K10', { direction: 'transhipment' }),
      told('13:00', 'terminal.discharged', 'C10', 'K10'),
      told('15:00', 'customs.onward-move-approved', 'B10', '', { kind: 'transhipment' }),
      told('18:00', 'carrier.bill-linked', 'C10', 'B10 K11'),
      ...cutoffs,
    ],
    'C10',
  );
  expect(transhipment.map((d) => [d.kind, deadlineState(d, when('50:00'))])).toEqual([
    ['customs-release', 'met'],
    ['documents', 'missed'],
  ]);
  const empty = read(
    [
      told('0:00', 'carrier.bill-linked', 'C11', 'K11', { direction: 'empty' }),
      told('30:00', 'terminal.gated-in', 'C11', '', { full: false }),
      ...cutoffs,
      told('60:00', 'terminal.loaded', 'C11', 'K11'),
    ],
    'C11',
  );
  expect(empty.map((d) => [d.kind, deadlineState(d, when('50:00'))])).toEqual([['gate-in', 'met']]);
});

test('a manifest that names no call is about the call of its time, and of a transhipment about the arrival', () => {
  const rolled = [
    told('0:00', 'carrier.bill-linked', 'C15', 'B16 K17', { direction: 'export' }),
    told('1:00', 'customs.manifest-accepted', 'B16'),
    told('10:00', 'terminal.gated-in', 'C15'),
    told('24:00', 'terminal.shut-out', 'C15', 'K17'),
    told('30:00', 'carrier.rolled-over', 'C15', 'B16 K17 K18', { classifier: 'actual' }),
    told('90:00', 'terminal.loaded', 'C15', 'K18'),
  ];
  expect(shown(read(rolled, 'C15'), 'pre-stowage-manifest')).toEqual([[at('66:00'), 'missed']]);
  const transhipped = [
    told('0:00', 'carrier.bill-linked', 'C10', 'B10 K10', { direction: 'transhipment' }),
    told('1:00', 'customs.manifest-accepted', 'B10'),
    told('13:00', 'terminal.discharged', 'C10', 'K10'),
    told('24:00', 'carrier.bill-linked', 'C10', 'B10 K11'),
    told('60:00', 'terminal.loaded', 'C10', 'K11'),
  ];
  expect(shown(read(transhipped, 'C10'), 'pre-stowage-manifest')).toEqual([[at('36:00'), 'missed']]);
  const named = told('26:00', 'customs.manifest-accepted', 'B10', 'K11');
  expect(shown(read([...transhipped, named], 'C10'), 'pre-stowage-manifest')).toEqual([[at('36:00'), 'met']]);
});
