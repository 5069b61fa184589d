import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { ItemOutcome, MessageReading, Rejection } from '../message-format.ts';
import { chooseCharset } from './charset.ts';
import { createEnvelopeReader } from './envelope.ts';
import { createFindings } from './finding.ts';
import { defaultEdifactLimits, type EdifactLimits } from './limits.ts';
import type { Message } from './message.ts';
import type { Partner } from './partner.ts';
import { type ReadContext, readMessage } from './read-message.ts';
import { createTokenizer } from './tokenizer.ts';

/** What reading a file needs beside its bytes. */
export interface EdifactOptions {
  readonly partner: Partner;
  readonly ports: PortTable;
  readonly receivedAt: Instant;
  readonly limits?: EdifactLimits;
}

const sliceBytes = 64 * 1024;
const byteOrderMark = [0xef, 0xbb, 0xbf];
const hasByteOrderMark = (bytes: Uint8Array): boolean => byteOrderMark.every((b, i) => bytes[i] === b);

/** Lets other work of the process run: a file of 64 MiB takes seconds. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Reads one EDIFACT file (section 1 to 6 and 12 of the message format rules): never throws for what stands in the file.
 * Memory is bounded by the limits beside the bytes themselves.
 */
export async function readEdifact(bytes: Uint8Array, options: EdifactOptions): Promise<MessageReading> {
  const limits = options.limits ?? defaultEdifactLimits;
  const charset = chooseCharset(bytes, options.partner.charset);
  if (!charset.ok) {
    const { code, message } = charset.error;
    return { findings: [], items: [], messages: 0, rejections: [{ code, message, offset: 0, length: bytes.length }] };
  }
  const { name, decode, finding } = charset.value;
  const findings = createFindings(bytes, decode, limits.findings);
  const start = hasByteOrderMark(bytes) ? byteOrderMark.length : 0;
  if (start > 0) findings.add('byte-order-mark', { offset: 0, length: start });
  if (finding) findings.add(finding, firstForeign(bytes, start, name === 'utf-8'));
  const file = new FileReader({ ...options, findings, bytes }, limits);
  const tokenizer = createTokenizer(decode, limits, start);
  const envelope = createEnvelopeReader(options.partner, findings, limits);
  let first = true;
  const take = (segments: ReturnType<typeof tokenizer.push>): void => {
    for (const segment of segments) {
      if (first && segment.tag !== 'UNA') findings.add('una-missing', { offset: segment.offset, length: 0 });
      first = false;
      const message = envelope.push(segment);
      if (message) file.read(message);
    }
  };
  for (let at = start; at < bytes.length && !envelope.stopped; at += sliceBytes) {
    take(tokenizer.push(bytes.subarray(at, at + sliceBytes)));
    await breathe();
  }
  if (!envelope.stopped) take(tokenizer.end());
  envelope.end(bytes.length);
  return { findings: findings.list, items: file.items, messages: file.messages, rejections: [...envelope.rejections, ...file.rejections] };
}

/** The first character that is not ASCII; in UTF-8 its first byte tells its length. */
function firstForeign(bytes: Uint8Array, start: number, isUtf8: boolean): { offset: number; length: number } {
  const found = bytes.subarray(start).findIndex((b) => b >= 0x80);
  const lead = bytes[start + found] ?? 0;
  const length = isUtf8 ? 2 + Number(lead >= 0xe0) + Number(lead >= 0xf0) : 1;
  return { offset: start + Math.max(0, found), length };
}

/** Reads messages until the file holds more boxes than it may. */
class FileReader {
  readonly items: ItemOutcome[] = [];
  readonly rejections: Rejection[] = [];
  messages = 0;
  readonly #context: ReadContext;
  readonly #limits: EdifactLimits;

  constructor(context: ReadContext, limits: EdifactLimits) {
    this.#context = context;
    this.#limits = limits;
  }

  read(message: Message): void {
    const boxes = message.segments.filter((s) => s.tag === 'EQD').length;
    if (this.items.length + boxes > this.#limits.itemsPerFile) {
      const { offset, length, header } = message;
      this.rejections.push({
        code: 'CQ_EDIFACT_LIMIT',
        message: `Send at most ${this.#limits.itemsPerFile} boxes in one file.`,
        offset,
        length,
        segment: header.index,
      });
      return;
    }
    this.messages++;
    for (const box of readMessage(message, this.#context)) this.items.push(box);
  }
}
