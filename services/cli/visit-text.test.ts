import { stateOf } from '@clearquay/domain/clearance/readiness-story.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import { at, told } from '@clearquay/domain/visit/story.ts';
import { expect, test } from 'vitest';
import type { Language } from './timeline-text.ts';
import { visitLines } from './visit-text.ts';

const held = [
  told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
  told('0:01', 'carrier.bill-linked', 'C1', 'B2 K1', { direction: 'import' }),
  told('33:00', 'terminal.discharged', 'C1', 'K1'),
  told('34:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-06' }),
  told('35:00', 'customs.inspection-ordered', 'C1'),
];

/** What a reader in the port's zone is told of the visit that some events make. */
function textIn(language: Language, events: readonly AcceptedEvent[] = held): string {
  const visit = presentVisit({ visitId: 'v', state: stateOf(events, 'C1') }, 1n, 'Asia/Shanghai', instant(at('36:00')));
  return visitLines(visit, language, (_, text) => text).join('\n');
}

test('reasons are said with their kind and what they are about, each once', () => {
  expect(textIn('en')).toContain('not ready for pick-up  manifest not accepted by customs (bill B1, B2) · ');
  expect(textIn('en')).toContain(' · customs hold: inspection (box C1) · not released by the carrier (bill B1, B2) · ');
  expect(textIn('zh')).toContain('不可提箱  舱单未接受（提单 B1, B2） · ');
  expect(textIn('zh')).toContain(' · 海关查扣：布控查验（箱 C1） · 未放货（提单 B1, B2） · ');
});

test('free time is said by its last day, other times with the offset of the port', () => {
  expect(textIn('en')).toContain('free storage time: last day 03-06 (running)');
  expect(textIn('zh')).toContain('免堆期：至3月6日（未到期）');
  expect(textIn('zh')).toContain('受控：海关 布控查验 箱 C1 自 03-02 19:00+08:00');
});

test('lanes and ladders are said in the language, what was reached apart from what is to come, and no data as that', () => {
  const zh = textIn('zh');
  expect(zh).toContain('物流：卸船 · 海关：受控 · 海事（危险货物）：不涉及 · 检疫（箱货）：无记录');
  expect(zh).toContain('? 船舶靠泊（未见记录） → ✓ 卸船 → ○ 码头可提箱 → ○ 出场 → ○ 送达 → ○ 还空箱');
  expect(textIn('en')).toContain(
    'customs: held · maritime safety (dangerous goods): not applicable · quarantine (box and goods): nothing on record',
  );
  // Nobody waits for a box to be stripped, and a keyword is no word.
  for (const text of [zh, textIn('en')]) expect(text).not.toMatch(/[sS]tripped|拆箱|not-applicable|vessel-|undefined/);
});

test('a hold is told with its history, and its holder once', () => {
  const freight = told('33:00', 'carrier.hold-placed', 'B1', '', { kind: 'freight' });
  const lifted = told('35:30', 'carrier.hold-lifted', 'B1', '', { kind: 'freight' });
  const text = textIn('zh', [...held, freight, lifted]);
  expect(text).toContain('受控：船公司扣货（运费） 提单 B1 自 03-02 17:00+08:00 至 03-02 19:30+08:00 · 海关 布控查验 箱 C1 自');
});

test('the goods of each bill of a stripped box have a verdict of their own', () => {
  const stripped = [...held, told('35:10', 'customs.inspection-passed', 'C1'), told('35:30', 'terminal.stripped', 'C1')];
  expect(textIn('en', stripped)).toContain('not ready for delivery (bill B2)  manifest not accepted by customs (bill B2) · no declaration');
  expect(textIn('zh', stripped)).toContain('不可交付（提单 B1）  舱单未接受（提单 B1）');
});

test('a stay that ended otherwise has no next step, and says how it ended', () => {
  const stripped = textIn('zh', [...held, told('35:30', 'terminal.stripped', 'C1')]);
  expect(stripped).toContain('进口  已结束（已拆箱）');
  expect(stripped).toContain('✓ 拆箱\n');
  expect(stripped).not.toContain('○ 还空箱');
});

test('what binds a move is said with its verdict, what only should be known beside it', () => {
  const ready = textIn('zh', [
    told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
    told('1:00', 'customs.manifest-accepted', 'B1'),
    told('2:00', 'quarantine.coldchain-listed', 'C1'),
    told('33:00', 'terminal.discharged', 'C1', 'K1'),
    told('33:20', 'terminal.discrepancy-recorded', 'C1', '', { kind: 'damaged' }),
    told('34:00', 'customs.released', 'B1'),
    told('34:10', 'carrier.delivery-order-issued', 'B1'),
    told('34:20', 'carrier.eir-issued', 'C1', '', { task: 'pick-up-full' }),
  ]);
  expect(ready).toContain('附条件可提箱 自 03-02 18:20+08:00  仅可提至监管仓 · ');
  expect(ready).toContain('注意：残损 自 03-02 17:20+08:00');
  expect(ready.match(/仅可提至监管仓/g)).toHaveLength(1);
});

test('a wait that ended before it began is told as ahead of time', () => {
  const early = [told('0:30', 'customs.declaration-linked', 'D1', 'B1 C1'), told('1:00', 'customs.advance-declared', 'D1')];
  const arrived = told('31:00', 'terminal.vessel-arrived', 'K1');
  expect(textIn('zh', [...held, ...early, arrived])).toContain('申报等待时间：提前 30.00 小时');
  expect(textIn('en', [...held, ...early, arrived])).toContain('wait for the declaration: ahead by 30.00 h');
});
