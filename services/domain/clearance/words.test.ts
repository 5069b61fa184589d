import { expect, test } from 'vitest';
import { holdKindWords, reasonKindWords, reasonWords, shownClockWords, verdictWords } from './words.ts';

test('a kind of hold is said with its variety, one that nobody named as it was told', () => {
  expect(holdKindWords('inspection')).toEqual({ zh: '布控查验', en: 'inspection' });
  expect(holdKindWords('seizure:ip')).toEqual({ zh: '海关扣留（知识产权）', en: 'detained by customs (intellectual property)' });
  expect(holdKindWords('terminal:crane')).toEqual({ zh: '码头扣箱（crane）', en: 'terminal hold (crane)' });
});

test('reasons are said as the tables of the design say them', () => {
  expect(reasonWords['customs-not-released'].zh).toBe('海关未放行');
  expect(reasonWords['no-release-order'].zh).toBe('无放箱指令');
});

test('a reason says which hold, which cut-off or whose silence it is, each thing once', () => {
  expect(reasonKindWords('customs-hold', 'inspection')).toEqual({ zh: '海关查扣：布控查验', en: 'customs hold: inspection' });
  expect(reasonKindWords('carrier-hold', 'carrier:freight')).toEqual({ zh: '船公司扣货：运费', en: 'carrier hold: freight' });
  expect(reasonKindWords('cutoff-missed', 'gate-in')).toEqual({ zh: '已过截港', en: 'gate-in cut-off missed' });
  expect(reasonKindWords('source-silent', 'customs')).toEqual({ zh: '海关数据源静默', en: 'source silent (Customs)' });
  expect(reasonKindWords('eir-missing')).toEqual({ zh: '无设备交接单', en: 'no equipment interchange receipt' });
  expect(reasonKindWords('toString', 'x').zh).toBe('toString：x');
});

test('a box that waits to be loaded waits for the manifest of the call that it leaves by', () => {
  expect(reasonKindWords('manifest-not-accepted', undefined, 'pickup').zh).toBe('舱单未接受');
  expect(reasonKindWords('manifest-not-accepted', undefined, 'loading').zh).toBe('出运航次预配舱单未接受');
});

test('a leg of a departure is named by its clock and its leg', () => {
  expect(shownClockWords('departure-confirm-main').zh).toBe('离港确认时间（干线段）');
  expect(shownClockWords('dwell-import').en).toBe('import dwell');
});

test('verdicts are said as the quay says them, and none is called a release, which customs alone gives', () => {
  expect(verdictWords.pickup.ready.zh).toBe('可提箱');
  expect(verdictWords.loading['not-ready'].zh).toBe('不可装船');
  expect(verdictWords.emptyPickup['not-ready'].en).toBe('not ready for empty pick-up');
  for (const ofMove of Object.values(verdictWords)) for (const words of Object.values(ofMove)) expect(words.zh).not.toContain('放行');
});
