import type { EdifactLimits } from './limits.ts';
import type { Component, SegmentFault } from './segment.ts';
import type { Separators } from './separators.ts';

/** Turns bytes of the chosen character set into text without ever replacing one. */
export type Decode = (bytes: Uint8Array) => string;

/** The elements of one segment, read up to the first cap that it passes. */
export interface SplitSegment {
  readonly elements: Component[][];
  readonly fault?: SegmentFault;
}

/** Drops the release characters: each one makes the byte after it plain. One at the very end stays. */
function released(bytes: Uint8Array, release: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === release && i + 1 < bytes.length) i++;
    out[length++] = bytes[i] as number;
  }
  return out.subarray(0, length);
}

/** Splits the bytes of one segment, its terminator left out, which stand at `offset` of the file. */
export function splitSegment(
  bytes: Uint8Array,
  offset: number,
  separators: Separators,
  decode: Decode,
  limits: EdifactLimits,
): SplitSegment {
  const elements: Component[][] = [[]];
  let start = 0;
  let elementStart = 0;
  let sawRelease = false;
  const close = (end: number): void => {
    const slice = bytes.subarray(start, end);
    const raw = decode(slice);
    const value = sawRelease ? decode(released(slice, separators.release)) : raw;
    (elements.at(-1) as Component[]).push({ raw, value, offset: offset + start, length: end - start });
    sawRelease = false;
    start = end + 1;
  };
  for (let i = 0; i <= bytes.length; i++) {
    const byte = bytes[i];
    if (byte !== undefined && byte === separators.release) {
      sawRelease = true;
      i = Math.min(i + 1, bytes.length - 1);
      continue;
    }
    const endsElement = byte === undefined || byte === separators.element;
    if (!endsElement && byte !== separators.component) continue;
    if (i - elementStart > limits.elementBytes) return { elements, fault: 'element-too-long' };
    close(i);
    if ((elements.at(-1) as Component[]).length > limits.componentsPerElement) return { elements, fault: 'too-many-components' };
    if (byte !== separators.element) continue;
    if (elements.length >= limits.elementsPerSegment) return { elements, fault: 'too-many-elements' };
    elements.push([]);
    elementStart = start;
  }
  return { elements };
}
