import { expect, test } from 'vitest';
import { box, discharge, dischargeHeader, eventsOf, findingsOf, fixture, read } from './fixtures/read-fixture.ts';
import { defaultEdifactLimits } from './limits.ts';

const whole = discharge(box());
const unb = "UNB+UNOA:2+DEMOQUAY+HARBOURLINE+260301:1728+R1'";
const message = (ref: string, number: string): string => {
  const segments = [`UNH+${ref}+COARRI:D:95B:UN`, ...dischargeHeader, ...box(number)];
  return `${[...segments, `UNT+${segments.length + 1}+${ref}`].join("'\n")}'\n`;
};
const codes = async (text: string | Uint8Array, settings?: Parameters<typeof read>[1]): Promise<string[]> =>
  (await read(text, settings)).rejections.map((r) => r.code);

test('a whole interchange has no finding but the missing UNA', async () => {
  const reading = await read(whole);
  expect(findingsOf(reading)).toEqual(['una-missing']);
  expect(reading).toMatchObject({ messages: 1, rejections: [] });
});

test('several messages of one interchange are read, the last one cut off is refused, the others stand', async () => {
  const reading = await read(fixture('coarri-d95b-truncated.edi'));
  expect(eventsOf(reading).map((e) => e.subject.id)).toEqual(['JADU2207018', 'JADU2207023', 'JADU2207039']);
  expect(reading.rejections).toMatchObject([{ code: 'CQ_EDIFACT_TRUNCATED' }]);
  const [cut] = reading.rejections;
  const bytes = fixture('coarri-d95b-truncated.edi');
  expect(bytes.subarray(cut?.offset, (cut?.offset ?? 0) + (cut?.length ?? 0)).toString()).toMatch(
    /^UNH\+72\+[\s\S]*DTM\+203:202603041438$/,
  );
  expect(findingsOf(reading)).toEqual(expect.arrayContaining(['segment-unterminated', 'unz-missing']));
});

test('every cut of a message before its UNT is refused as truncated and makes no event', async () => {
  const end = whole.indexOf("UNT+7+1'") + 'UNT+7+1'.length;
  for (let length = whole.indexOf('UNH') + 4; length <= end; length += 7) {
    const reading = await read(whole.slice(0, length));
    expect(eventsOf(reading)).toEqual([]);
    expect(reading.rejections.map((r) => r.code)).toEqual([
      length < whole.indexOf("UNH+1+COARRI:D:95B:UN'") + 22 ? 'CQ_EDIFACT_NO_MESSAGE' : 'CQ_EDIFACT_TRUNCATED',
    ]);
  }
});

test('wrong counts of UNT, UNZ and CNT are findings with the stated number', async () => {
  const reading = await read(fixture('coarri-d95b-wrong-counts.edi'));
  const counts = reading.findings.filter((f) => f.code === 'count-mismatch');
  expect(counts.map((f) => f.raw)).toEqual(['534', '1', '7']);
  expect(counts[0]?.message).toContain('Counted: 29.');
  expect(eventsOf(reading)).toHaveLength(4);
});

test('a count that is no number is a finding', async () => {
  expect(findingsOf(await read(whole.replace('UNT+7+', 'UNT+seven+')))).toContain('count-mismatch');
});

test('a zero-padded count is right', async () => {
  expect(findingsOf(await read(whole.replace('UNT+7+', 'UNT+000007+')))).not.toContain('count-mismatch');
});

test('closing references that differ are findings', async () => {
  expect(findingsOf(await read(whole.replace('UNT+7+1', 'UNT+7+9').replace('UNZ+1+R1', 'UNZ+1+R9')))).toEqual([
    'una-missing',
    'reference-mismatch',
    'reference-mismatch',
  ]);
});

test('a missing UNZ is a finding', async () => {
  expect(findingsOf(await read(whole.slice(0, whole.indexOf('UNZ'))))).toEqual(['una-missing', 'unz-missing']);
});

test('a missing UNT before UNH or UNZ is a finding and the messages stand', async () => {
  const reading = await read(
    `${unb}${message('1', 'JADU2207018').replace(/UNT.*\n/, '')}${message('2', 'JADU2207023').replace(/UNT.*\n/, '')}UNZ+2+R1'`,
  );
  expect(findingsOf(reading)).toEqual(['una-missing', 'unt-missing', 'unt-missing']);
  expect(eventsOf(reading)).toHaveLength(2);
});

test('bare messages are taken when the partner stands for the sender', async () => {
  const reading = await read(message('1', 'JADU2207018') + message('2', 'JADU2207023'));
  expect(findingsOf(reading)).toEqual(['una-missing', 'unb-missing']);
  expect(eventsOf(reading)).toHaveLength(2);
});

test('bare messages of nobody are refused', async () => {
  expect(await codes(message('1', 'JADU2207018'), { partner: { bareMessages: false } })).toEqual(['CQ_SENDER_UNKNOWN']);
});

test('a sender that the partner does not list is refused', async () => {
  expect(await codes(whole, { partner: { senders: ['SOMEBODY'] } })).toEqual(['CQ_SENDER_UNKNOWN']);
  expect(await codes(whole, { partner: { senders: ['DEMOQUAY'] } })).toEqual([]);
});

test('a UNB inside an open message refuses that message; the new interchange is read', async () => {
  const cut = whole.indexOf('EQD');
  const reading = await read(whole.slice(0, cut) + discharge(box('JADU2207023')));
  expect(reading.rejections).toMatchObject([
    { code: 'CQ_EDIFACT_NESTED', offset: whole.indexOf('UNH'), length: cut - whole.indexOf('UNH') },
  ]);
  expect(eventsOf(reading).map((e) => e.subject.id)).toEqual(['JADU2207023']);
});

test('two interchanges one after the other are both read', async () => {
  expect(eventsOf(await read(whole + discharge(box('JADU2207023'))))).toHaveLength(2);
});

test('functional groups are counted by UNZ', async () => {
  const grouped = `${unb}UNG+COARRI'${message('1', 'JADU2207018')}${message('2', 'JADU2207023')}UNE+2'UNZ+1+R1'`;
  expect(findingsOf(await read(grouped))).toEqual(['una-missing']);
});

test('segments outside every message are left out with a finding', async () => {
  expect(findingsOf(await read(whole.replace("UNZ+1+R1'", "LOC+9+CNDLC'UNZ+1+R1'UNZ+1+R1'UNT+1'")))).toEqual([
    'una-missing',
    'segment-outside-message',
    'segment-outside-message',
    'segment-outside-message',
  ]);
});

test('an odd UNA falls back to the defaults with a finding', async () => {
  const reading = await read(`UNA:+.?'${whole}`);
  expect(findingsOf(reading)).toEqual(['una-unusable']);
  expect(eventsOf(reading)).toHaveLength(1);
});

test.each([
  ['text', 'HELLO WORLD'],
  ['text with terminators', "HELLO'WORLD'"],
  ['a file whose separators the UNA hides', 'UNA::.? XUNB:UNOA;2X'],
])('%s is refused', async (_, text) => {
  expect(await codes(text)).toEqual([expect.stringMatching(/CQ_EDIFACT_(SEPARATORS|NO_MESSAGE)/)]);
});

test.each(['', unb, `${unb}UNZ+0+R1'`])('%j holds no message', async (text) => {
  expect(await codes(text)).toEqual(['CQ_EDIFACT_NO_MESSAGE']);
});

test('a release character at the end of the input is told', async () => {
  const reading = await read(`${whole.slice(0, whole.indexOf('EQD'))}FTX+AAA?`);
  expect(findingsOf(reading)).toEqual(expect.arrayContaining(['release-at-end', 'segment-unterminated']));
});

test('a segment of 10 MB refuses its message and no other', async () => {
  const long = discharge([...box(), `FTX+AAA+++${'x'.repeat(10_000_000)}`]);
  const reading = await read(long + discharge(box('JADU2207023')));
  expect(reading.rejections).toMatchObject([
    { code: 'CQ_EDIFACT_LIMIT', offset: long.indexOf('UNH'), length: long.indexOf('UNZ') - 1 - long.indexOf('UNH') },
  ]);
  expect(eventsOf(reading).map((e) => e.subject.id)).toEqual(['JADU2207023']);
});

test.each([
  ['message bytes', { messageBytes: 100 }],
  ['segments of a message', { segmentsPerMessage: 4 }],
  ['segments of a file', { segmentsPerFile: 4 }],
  ['messages of a file', { messagesPerFile: 0 }],
  ['boxes of a file', { itemsPerFile: 0 }],
])('a file over the cap of %s is refused', async (_, cap) => {
  expect(await codes(whole, { limits: { ...defaultEdifactLimits, ...cap } })).toEqual(['CQ_EDIFACT_LIMIT']);
});

test('findings are capped and the last one says so', async () => {
  const reading = await read(`${whole}${"XXX'".repeat(50)}`, { limits: { ...defaultEdifactLimits, findings: 10 } });
  expect(reading.findings).toHaveLength(10);
  expect(reading.findings.at(-1)?.code).toBe('findings-capped');
});
