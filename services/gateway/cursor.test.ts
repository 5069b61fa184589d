import { createHmac } from 'node:crypto';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { expect, test } from 'vitest';
import { createCursorCodec } from './cursor.ts';

const secret = Buffer.alloc(32, 7);
const cursors = createCursorCodec(secret);
const positions = new Map([
  [31, revisionOf(4_000_000, 2 ** 39)],
  [0, 1n],
  [7, revisionOf(2, 900)],
]);

/** A text with a right signature over bytes that no server writes. */
const signed = (payload: Uint8Array) =>
  Buffer.concat([payload, createHmac('sha256', secret).update('stream-cursor\u0000').update(payload).digest()]).toString('base64url');

test('a cursor gives back the positions it was made of, up to the greatest revision', () => {
  const decoded = cursors.decode(cursors.encode(positions));
  expect(decoded).toEqual({ ok: true, value: new Map([...positions].sort(([a], [b]) => a - b)) });
  expect(cursors.decode(cursors.encode(new Map([[5, 2n ** 64n - 1n]])))).toEqual({ ok: true, value: new Map([[5, 2n ** 64n - 1n]]) });
});

test('a gateway that has seen nothing gives a cursor too', () => {
  expect(cursors.decode(cursors.encode(new Map()))).toEqual({ ok: true, value: new Map() });
});

test('every single changed character makes a cursor invalid', () => {
  const text = cursors.encode(positions);
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === 'A' ? 'B' : 'A';
    expect(cursors.decode(text.slice(0, i) + other + text.slice(i + 1)).ok).toBe(false);
  }
});

test('every truncation and every extension makes a cursor invalid', () => {
  const text = cursors.encode(positions);
  for (let i = 0; i < text.length; i++) expect(cursors.decode(text.slice(0, i)).ok).toBe(false);
  for (const tail of ['A', '=', ' ', '\n', text]) expect(cursors.decode(text + tail).ok).toBe(false);
});

test('a cursor of another secret is foreign', () => {
  const foreign = createCursorCodec(Buffer.alloc(32, 8)).encode(positions);
  expect(cursors.decode(foreign)).toMatchObject({ ok: false, error: { code: 'CQ_CURSOR_INVALID' } });
});

test('a signed payload of another layout, order, partition or length is refused', () => {
  const entry = (partition: number) => {
    const bytes = Buffer.alloc(10);
    bytes.writeUInt16BE(partition);
    return bytes;
  };
  const layout = Buffer.from([1]);
  expect(cursors.decode(signed(Buffer.concat([layout, entry(3)]))).ok).toBe(true);
  expect(cursors.decode(signed(Buffer.concat([Buffer.from([2]), entry(3)]))).ok).toBe(false);
  expect(cursors.decode(signed(Buffer.concat([layout, entry(3), entry(3)]))).ok).toBe(false);
  expect(cursors.decode(signed(Buffer.concat([layout, entry(4), entry(3)]))).ok).toBe(false);
  expect(cursors.decode(signed(Buffer.concat([layout, entry(32)]))).ok).toBe(false);
  expect(cursors.decode(signed(Buffer.concat([layout, entry(3).subarray(1)]))).ok).toBe(false);
});

test('a huge text is refused without being decoded', () => {
  expect(cursors.decode('A'.repeat(10_000_000)).ok).toBe(false);
});
