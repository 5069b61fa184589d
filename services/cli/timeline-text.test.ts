import { stateOf } from '@clearquay/domain/clearance/readiness-story.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { presentVisit } from '@clearquay/domain/visit/present.ts';
import { at, told } from '@clearquay/domain/visit/story.ts';
import { expect, test } from 'vitest';
import { type Language, visitLines } from './timeline-text.ts';

const events = [
  told('0:00', 'carrier.bill-linked', 'C1', 'B1 K1', { direction: 'import' }),
  told('0:01', 'carrier.bill-linked', 'C1', 'B2 K1', { direction: 'import' }),
  told('33:00', 'terminal.discharged', 'C1', 'K1'),
  told('34:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-06' }),
  told('35:00', 'customs.inspection-ordered', 'C1'),
];

/** What a reader in the port's zone is told. */
function textIn(language: Language): string {
  const visit = presentVisit({ visitId: 'v', state: stateOf(events, 'C1') }, 1n, 'Asia/Shanghai', instant(at('36:00')));
  return visitLines(visit, language, (_, text) => text).join('\n');
}

test('reasons are said with their kind and what they are about, each once', () => {
  expect(textIn('en')).toContain('pick-up: not ready  manifest not accepted by customs bill B1, B2 · ');
  expect(textIn('en')).toContain(' · customs hold: inspection box C1 · not released by the carrier bill B1, B2 · ');
  expect(textIn('zh')).toContain('提箱: 不可以  舱单未接受 提单 B1, B2 · ');
  expect(textIn('zh')).toContain(' · 海关查扣：布控查验 箱 C1 · 未放货 提单 B1, B2 · ');
});

test('times are shown with the offset of the port', () => {
  expect(textIn('en')).toContain('free storage time 03-07 00:00+08:00 running');
  expect(textIn('zh')).toContain('免堆期 03-07 00:00+08:00 未到期');
});
