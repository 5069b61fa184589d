import type { EdifactLimits } from './limits.ts';
import type { Segment } from './segment.ts';
import { defaultSeparators, readUna } from './separators.ts';
import { type Decode, splitSegment } from './split-segment.ts';

/** Cuts a byte stream into segments. Any cutting of the input into chunks gives the same segments. */
export interface Tokenizer {
  /** The segments that this chunk completes. */
  push(chunk: Uint8Array): Segment[];
  /** What is left when the input ends: at most one segment without its terminator. */
  end(): Segment[];
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const unaLength = 9;
const letterU = 0x55;

/**
 * A tokenizer for input that begins at byte `start` of its file. It holds at most one segment of `limits.segmentBytes`;
 * the bytes of a longer one are skipped up to its terminator. Line ends are dropped between segments only.
 */
export function createTokenizer(decode: Decode, limits: EdifactLimits, start = 0): Tokenizer {
  return new ByteTokenizer(decode, limits, start);
}

class ByteTokenizer implements Tokenizer {
  readonly #decode: Decode;
  readonly #limits: EdifactLimits;
  #separators = defaultSeparators;
  #position: number;
  #held = new Uint8Array(1024);
  /** Bytes of the open segment, those beyond the cap included; 0 between segments. */
  #size = 0;
  #offset = 0;
  #index = 0;
  #released = false;
  #unaMayFollow = true;
  #inUna = false;

  constructor(decode: Decode, limits: EdifactLimits, start: number) {
    this.#decode = decode;
    this.#limits = limits;
    this.#position = start;
  }

  push(chunk: Uint8Array): Segment[] {
    const segments: Segment[] = [];
    for (const byte of chunk) this.#take(byte, segments);
    return segments;
  }

  end(): Segment[] {
    if (this.#size === 0) return [];
    const segments: Segment[] = [];
    this.#close(segments, false);
    return segments;
  }

  #take(byte: number, segments: Segment[]): void {
    const at = this.#position++;
    if (this.#size === 0) {
      if (byte === carriageReturn || byte === lineFeed) return;
      this.#offset = at;
    }
    if (this.#inUna) {
      this.#hold(byte);
      if (this.#size === unaLength) this.#closeUna(segments);
      return;
    }
    if (this.#released) {
      this.#released = false;
      this.#hold(byte);
    } else if (byte === this.#separators.terminator) {
      this.#close(segments, true);
    } else {
      this.#released = byte === this.#separators.release;
      this.#hold(byte);
      if (this.#size === 3 && this.#unaMayFollow) this.#inUna = this.#holds('UNA');
    }
  }

  #holds(tag: string): boolean {
    return [...tag].every((letter, i) => this.#held[i] === letter.charCodeAt(0));
  }

  #hold(byte: number): void {
    if (this.#size < this.#limits.segmentBytes) {
      if (this.#size === this.#held.length) {
        const larger = new Uint8Array(this.#held.length * 2);
        larger.set(this.#held);
        this.#held = larger;
      }
      this.#held[this.#size] = byte;
    }
    this.#size++;
  }

  #close(segments: Segment[], ended: boolean): void {
    const tooLong = this.#size > this.#limits.segmentBytes;
    const bytes = this.#held.subarray(0, tooLong ? 3 : this.#size);
    const split = splitSegment(bytes, this.#offset, this.#separators, this.#decode, this.#limits);
    const fault = tooLong ? 'segment-too-long' : split.fault;
    const tag = split.elements[0]?.[0]?.value ?? '';
    segments.push({
      index: this.#index++,
      tag,
      offset: this.#offset,
      length: this.#size + (ended ? 1 : 0),
      elements: split.elements,
      ended,
      ...(fault && { fault }),
      ...(this.#released && { danglingRelease: true }),
    });
    this.#unaMayFollow = tag === 'UNZ';
    if (this.#unaMayFollow) this.#separators = defaultSeparators;
    this.#reset();
  }

  /** Takes over the separators, or goes on with the defaults and gives back the first bytes of the next segment. */
  #closeUna(segments: Segment[]): void {
    const nine = this.#held.slice(0, unaLength);
    const found = readUna(nine);
    const next = found ? -1 : nine.indexOf(letterU, 3);
    const length = next < 0 ? unaLength : next;
    const raw = this.#decode(nine.subarray(0, length));
    segments.push({
      index: this.#index++,
      tag: 'UNA',
      offset: this.#offset,
      length,
      elements: [[{ raw, value: raw, offset: this.#offset, length }]],
      ended: true,
      ...(!found && { unusable: true }),
    });
    this.#separators = found ?? defaultSeparators;
    this.#unaMayFollow = false;
    const rest = this.#offset + length;
    this.#reset();
    if (next < 0) return;
    this.#position = rest;
    for (const byte of nine.subarray(next)) this.#take(byte, segments);
  }

  #reset(): void {
    this.#size = 0;
    this.#released = false;
    this.#inUna = false;
  }
}
