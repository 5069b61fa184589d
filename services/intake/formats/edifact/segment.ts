/** One component as it stands in the file. Offsets and lengths count bytes of the original input. */
export interface Component {
  /** The text as sent, release characters included. */
  readonly raw: string;
  /** The text meant: release characters resolved, nothing else changed. */
  readonly value: string;
  readonly offset: number;
  readonly length: number;
}

/** The cap that a segment passed. */
export type SegmentFault = 'segment-too-long' | 'element-too-long' | 'too-many-elements' | 'too-many-components';

/** One segment. `elements[0]` is the tag; a UNA is a segment with the tag alone. */
export interface Segment {
  /** Counted from 0 over the whole file, a UNA included. */
  readonly index: number;
  readonly tag: string;
  readonly offset: number;
  /** Bytes up to its terminator, the terminator included when there is one. */
  readonly length: number;
  readonly elements: readonly (readonly Component[])[];
  /** False when the input ended before the terminator. */
  readonly ended: boolean;
  readonly fault?: SegmentFault;
  /** A UNA whose separators cannot be used: the defaults stand. */
  readonly unusable?: true;
  /** The input ended right after a release character. */
  readonly danglingRelease?: true;
}

/** A component of a segment, or nothing when it is absent or empty. */
export function componentOf(segment: Segment, element: number, component = 0): Component | undefined {
  const found = segment.elements[element]?.[component];
  return found && found.value !== '' ? found : undefined;
}

/** The value of a component, `''` when absent. */
export const textOf = (segment: Segment, element: number, component = 0): string => segment.elements[element]?.[component]?.value ?? '';
