import { expect, test } from 'vitest';
import { readTime } from './date-time.ts';
import { fixturePorts } from './fixtures/read-fixture.ts';
import { resolveTime } from './resolve-time.ts';

const utc = (text: string): number => Date.parse(text);

test.each([
  ['260301', '101', '2026-03-01T00:00Z', ['time-date-only']],
  ['20260301', '102', '2026-03-01T00:00Z', ['time-date-only']],
  ['2603010913', '201', '2026-03-01T09:13Z', []],
  ['202603010913', '203', '2026-03-01T09:13Z', []],
  ['20260301091358', '204', '2026-03-01T09:13:58Z', []],
  ['991231', '101', '1999-12-31T00:00Z', ['time-date-only']],
])('%s in format %s is read', (text, format, expected, findings) => {
  expect(readTime(text, format)).toEqual({ localAsUtc: utc(expected), findings });
});

test.each([
  ['202603010913UTC', '303', 0],
  ['202603010913+08', '303', 480],
  ['20260301091358-0330', '304', -210],
])('%s in format %s carries its offset', (text, format, offsetMinutes) => {
  expect(readTime(text, format)).toMatchObject({ offsetMinutes, findings: [] });
});

test('a zone name that is no offset is told and the place decides', () => {
  expect(readTime('202603010913CET', '303')).toEqual({ localAsUtc: utc('2026-03-01T09:13Z'), findings: ['time-zone-unknown'] });
});

test('when length and code disagree the length decides, with a finding', () => {
  expect(readTime('202603010913', '102')).toEqual({ localAsUtc: utc('2026-03-01T09:13Z'), findings: ['time-format-mismatch'] });
  expect(readTime('20260301', '203')?.findings).toEqual(['time-format-mismatch', 'time-date-only']);
});

test.each(['202603012400', '20260301235960', '202602300900', '2026030109', '20260301091', '', 'TOMORROW', '２０２６０３０１'])(
  '%j is no time',
  (text) => {
    // Ten digits are YYMMDDHHMM: 2026030109 would be month 26.
    expect(readTime(text, '203')).toBeUndefined();
  },
);

const reading = (text: string) => {
  const found = readTime(text, '203');
  if (!found) throw new Error(`${text} is no time`);
  return found;
};
const dalian = fixturePorts.resolve('CNDLC');
const rotterdam = fixturePorts.resolve('NLRTM');

test('the zone comes from the partner, else the place of activity, else the port of call', () => {
  const at = reading('202603010913');
  expect(resolveTime(at, { partner: 'Asia/Seoul', activity: dalian, call: rotterdam })).toMatchObject({
    rule: 'partner',
    at: utc('2026-03-01T00:13Z'),
  });
  expect(resolveTime(at, { activity: dalian, call: rotterdam })).toMatchObject({ rule: 'activity', at: utc('2026-03-01T01:13Z') });
  expect(resolveTime(at, { call: rotterdam })).toMatchObject({ rule: 'port', at: utc('2026-03-01T08:13Z') });
  expect(resolveTime(at, {})).toBeUndefined();
});

test('an offset in the text beats every other source', () => {
  const at = readTime('202603010913+09', '303');
  expect(at && resolveTime(at, { partner: 'Europe/Amsterdam' })).toMatchObject({ rule: 'offset', at: utc('2026-03-01T00:13Z') });
});

test('an hour that occurs twice is the earlier one, one that does not exist keeps the offset before the change', () => {
  expect(resolveTime(reading('202610250230'), { call: rotterdam })).toEqual({
    at: utc('2026-10-25T00:30Z'),
    rule: 'port',
    findings: ['time-repeated-hour'],
  });
  expect(resolveTime(reading('202603290230'), { call: rotterdam })).toEqual({
    at: utc('2026-03-29T01:30Z'),
    rule: 'port',
    findings: ['time-skipped-hour'],
  });
});
