import { expect, test } from 'vitest';
import { instant } from '../identifiers/instant.ts';
import { createPortTable, parsePortRows } from '../identifiers/un-locode.ts';
import type { FoldDocument } from './document-json.ts';
import { foldDocument } from './fold-document.ts';

const ports = createPortTable(
  parsePortRows('code,aliases,name,name_zh,zone\nCNDLC,CNDAL,Dalian,大连,Asia/Shanghai\nCNYIK,,Yingkou,营口,Asia/Shanghai\n'),
);
const box = 'LNPU1000018';
const container = { type: 'container', id: box };
const bill = (id: string) => ({ type: 'bill', id });
const call = { type: 'call', id: '9319466:CNDLC:126W' };

let serial = 0;
/** One line of a file: an hour of 2 March 2026 in Dalian, a code and a subject. */
const line = (hour: number, code: string, subject: object, more: object = {}): string =>
  JSON.stringify({
    id: `e${++serial}`,
    port: 'CNDLC',
    source: 'dlc-test',
    code,
    subject,
    occurredAt: `2026-03-02T${String(hour).padStart(2, '0')}:00:00+08:00`,
    ...more,
  });

const groupage = [
  line(0, 'carrier.bill-linked', container, {
    references: [bill('H1'), bill('M1'), call],
    details: { direction: 'import' },
    parties: [{ role: 'consignee', code: 'ALPHA' }],
  }),
  line(1, 'carrier.bill-linked', container, { references: [bill('H2'), bill('M1')], parties: [{ role: 'consignee', code: 'BETA' }] }),
  line(5, 'terminal.vessel-arrived', call),
  line(6, 'terminal.discharged', container, { references: [call] }),
  line(7, 'customs.declaration-linked', { type: 'declaration', id: 'D2' }, { references: [bill('H2')] }),
  line(8, 'customs.released', { type: 'declaration', id: 'D2' }),
];

const fold = (lines: readonly string[], parties?: readonly string[], at = '2026-03-03T00:00:00Z'): FoldDocument =>
  foldDocument(lines.join('\n'), { ports, now: instant(Date.parse(at)), ...(parties && { parties }) });

test('a file gives its visits, bills, declarations and calls, tied to each other', () => {
  const { visits, bills, declarations, calls, findings } = fold(groupage);
  expect(findings).toEqual([]);
  expect(visits).toMatchObject([{ container: box, direction: 'import', status: 'open', bills: ['H1', 'H2', 'M1'], declarations: ['D2'] }]);
  const visitId = visits[0]?.visitId;
  expect(bills.map((b) => [b.id, b.n, b.state, b.visits])).toEqual([
    ['H1', 1, 'pending', [visitId]],
    ['H2', 1, 'released', [visitId]],
    ['M1', 1, 'pending', [visitId]],
  ]);
  expect(declarations).toMatchObject([{ id: 'D2', n: 1, released: 1, containers: [box], bills: ['H2'] }]);
  expect(bills.map((b) => [b.bills, b.declarations])).toEqual([
    [['M1'], []],
    [['M1'], ['D2']],
    [['H1', 'H2'], []],
  ]);
  expect(calls).toMatchObject([{ id: call.id, containers: [box], boxes: { discharged: 1, gone: 0 } }]);
});

test('lines that cannot be used are findings with their number and code, and the others count', () => {
  const lines = [...groupage, '', 'no JSON', '[]', line(9, 'terminal.exploded', { type: 'container', id: 'LNPU1000019' })];
  const { visits, findings } = fold(lines);
  expect(visits).toEqual(fold(groupage).visits);
  expect(findings.map((f) => [f.line, f.code, f.pointer])).toEqual([
    [8, 'CQ_JSON_INVALID', undefined],
    [9, 'CQ_EVENT_SHAPE', ''],
    [10, 'CQ_CONTAINER_CHECK_DIGIT', '/subject/id'],
    [10, 'CQ_CODE_UNKNOWN', '/code'],
  ]);
});

test('a line told again is a duplicate whatever the order of its keys; another body is a conflict and the first stands', () => {
  const first = groupage[3] ?? '';
  const { id, ...rest } = JSON.parse(first);
  const reordered = JSON.stringify({ ...rest, receivedAt: '2026-03-02T09:00:00Z', id });
  expect(fold([...groupage, reordered])).toEqual(fold(groupage));
  const conflicting = first.replace('T06', 'T07');
  const { visits, findings } = fold([...groupage, conflicting]);
  expect(visits).toEqual(fold(groupage).visits);
  expect(findings).toMatchObject([{ line: 7, code: 'CQ_EVENT_CONFLICT' }]);
});

test('an actual time more than a day after its receipt stays outside and is told', () => {
  const ahead = line(7, 'terminal.gated-out', container, { receivedAt: '2026-02-20T00:00:00Z' });
  const { visits, findings } = fold([...groupage, ahead]);
  expect(visits).toMatchObject([{ status: 'open' }]);
  expect(findings).toMatchObject([{ line: 7, code: 'CQ_TIME_INVALID', pointer: '/occurredAt' }]);
  expect(fold([line(7, 'terminal.discharged', container, { receivedAt: 'soon' })]).findings).toMatchObject([{ code: 'CQ_TIME_INVALID' }]);
});

test("the reader's time judges deadlines and leaves no event out", () => {
  const cutoff = line(9, 'terminal.free-time-set', container, { details: { kind: 'storage', lastFreeDay: '2026-03-05' } });
  const states = ['2026-03-01T00:00:00Z', '2026-03-20T00:00:00Z'].map((at) => fold([...groupage, cutoff], undefined, at));
  expect(states.map((d) => d.visits[0]?.deadlines.find((x) => x.kind === 'storage')?.state)).toEqual(['running', 'missed']);
  expect(states.map((d) => d.visits[0]?.openedAt)).toEqual(['2026-03-02T06:00:00+08:00', '2026-03-02T06:00:00+08:00']);
});

test('a party sees its own papers and nothing of the others, and a stranger sees nothing', () => {
  const shown = fold([...groupage, `{"id":"${box}"}`], ['ALPHA']);
  expect(shown.visits).toMatchObject([{ container: box, bills: ['H1'], declarations: [] }]);
  expect([shown.bills.map((b) => b.id), shown.declarations, shown.calls.map((c) => c.bills)]).toEqual([['H1'], [], [['H1']]]);
  expect(JSON.stringify(shown)).not.toMatch(/H2|M1|D2/);
  expect(fold(groupage, ['ALPHA', 'BETA']).bills.map((b) => b.id)).toEqual(['H1', 'H2']);
  expect(fold(groupage, ['GAMMA'])).toEqual({ visits: [], bills: [], declarations: [], calls: [], findings: [] });
});

test('each port of a file folds alone and an alias is its port', () => {
  const elsewhere = line(6, 'terminal.discharged', container, { port: 'CNYIK' });
  const alias = line(6, 'terminal.discharged', { type: 'container', id: 'LNPU1800010' }, { port: 'CNDAL' });
  expect(fold([...groupage, elsewhere, alias]).visits.map((v) => [v.port, v.container])).toEqual([
    ['CNDLC', box],
    ['CNDLC', 'LNPU1800010'],
    ['CNYIK', box],
  ]);
});

test('an empty file gives an empty document', () => {
  expect(fold(['', '\uFEFF'])).toEqual({ visits: [], bills: [], declarations: [], calls: [], findings: [] });
});
