/** Caps of one EDIFACT input; every one has a typed refusal when it is passed. */
export interface EdifactLimits {
  /** Bytes of one segment, its terminator not counted. */
  readonly segmentBytes: number;
  /** Bytes of one element with its components. */
  readonly elementBytes: number;
  readonly elementsPerSegment: number;
  readonly componentsPerElement: number;
  /** Bytes from UNH to UNT. */
  readonly messageBytes: number;
  readonly segmentsPerMessage: number;
  readonly messagesPerFile: number;
  readonly segmentsPerFile: number;
  /** Boxes over all messages of one file. */
  readonly itemsPerFile: number;
  /** Findings kept; later ones are counted in one last finding. */
  readonly findings: number;
}

/** Room for the discharge list of the largest ships, and no more than some 200 MiB of working memory. */
export const defaultEdifactLimits: EdifactLimits = {
  segmentBytes: 64 * 1024,
  elementBytes: 16 * 1024,
  elementsPerSegment: 256,
  componentsPerElement: 64,
  messageBytes: 8 * 1024 * 1024,
  segmentsPerMessage: 400_000,
  messagesPerFile: 10_000,
  segmentsPerFile: 3_000_000,
  itemsPerFile: 50_000,
  findings: 1_000,
};
