import { expect, test } from 'vitest';
import { holdKindWords, reasonWords } from './words.ts';

test('a kind of hold is said with its variety, one that nobody named as it was told', () => {
  expect(holdKindWords('inspection')).toEqual({ zh: '布控查验', en: 'inspection' });
  expect(holdKindWords('seizure:ip')).toEqual({ zh: '海关扣留（知识产权）', en: 'detained by customs (intellectual property)' });
  expect(holdKindWords('terminal:crane')).toEqual({ zh: '码头扣箱（crane）', en: 'terminal hold (crane)' });
});

test('reasons are said as the tables of the design say them', () => {
  expect(reasonWords['customs-not-released'].zh).toBe('海关未放行');
  expect(reasonWords['no-release-order'].zh).toBe('无放箱指令');
});
