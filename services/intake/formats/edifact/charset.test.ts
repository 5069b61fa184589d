import { expect, test } from 'vitest';
import { chooseCharset } from './charset.ts';
import { box, discharge, eventsOf, findingsOf, read } from './fixtures/read-fixture.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const chosen = (bytes: Uint8Array, partner?: string) => {
  const result = chooseCharset(bytes, partner);
  return result.ok ? { name: result.value.name, finding: result.value.finding, text: result.value.decode(bytes) } : result.error.code;
};

test('valid UTF-8 wins over the declared set, with a finding', () => {
  expect(chosen(Buffer.from("UNB+UNOA:2'FTX+KÄSE'"))).toMatchObject({
    name: 'utf-8',
    finding: 'charset-lie',
    text: "UNB+UNOA:2'FTX+KÄSE'",
  });
  expect(chosen(Buffer.from("UNB+UNOY:4'FTX+大连'"))).toMatchObject({ name: 'utf-8', finding: undefined });
});

test('the declared set stands when the bytes are no UTF-8', () => {
  expect(chosen(latin1("UNB+UNOC:3'FTX+KÄSE'"))).toMatchObject({ name: 'latin1', finding: undefined, text: "UNB+UNOC:3'FTX+KÄSE'" });
  expect(chosen(Buffer.from([...latin1("UNB+UNOE:3'"), 0xb4, 0xd0]))).toMatchObject({ name: 'iso-8859-5', text: "UNB+UNOE:3'Да" });
});

test('the set of the partner stands for a file that declares none that fits', () => {
  const gb18030 = Buffer.from([...latin1("UNB+UNOA:2'FTX+"), 0xb4, 0xf3, 0xc1, 0xac]);
  expect(chosen(gb18030, 'gb18030')).toMatchObject({ name: 'gb18030', finding: 'charset-lie', text: "UNB+UNOA:2'FTX+大连" });
  expect(chosen(gb18030)).toMatchObject({ name: 'latin1', finding: 'charset-assumed' });
});

test('bytes that the set of the partner does not have are refused, never replaced', () => {
  expect(chosen(Buffer.from([...latin1("UNB+UNOA:2'"), 0xb4, 0x20]), 'gb18030')).toBe('CQ_UNDECODABLE');
});

test('UTF-16 is refused', () => {
  expect(chosen(Buffer.from("UNB+UNOA:2'", 'utf16le'))).toBe('CQ_UNDECODABLE');
});

test('latin1 keeps the bytes 0x80 to 0x9f as they are', () => {
  expect(chosen(Buffer.from([...latin1('UNB+UNOC:3+'), 0x80, 0xff]))).toMatchObject({ text: 'UNB+UNOC:3+\u0080\u00ff' });
});

test('offsets of findings stay bytes behind characters of several bytes', async () => {
  const text = discharge([...box(), 'FTX+AAA+++大连海鲜', 'SEL+Y']);
  const reading = await read(text);
  const seal = reading.findings.find((f) => f.code === 'seal-placeholder');
  expect(seal?.raw).toBe('Y');
  expect(
    Buffer.from(text)
      .subarray(seal?.offset, (seal?.offset ?? 0) + (seal?.length ?? 0))
      .toString(),
  ).toBe('Y');
});

test('a finding never shows half a character', async () => {
  const reading = await read(discharge([...box(), `XXX+${'连'.repeat(400)}`]));
  for (const finding of reading.findings) expect(finding.raw).not.toContain('\ufffd');
  expect(findingsOf(reading)).toContain('charset-lie');
});

test('a byte order mark is told and does not hide the file', async () => {
  const reading = await read(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(discharge(box()))]));
  expect(findingsOf(reading)).toContain('byte-order-mark');
  expect(eventsOf(reading)).toHaveLength(1);
});
