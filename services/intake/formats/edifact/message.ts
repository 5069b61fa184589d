import type { Component, Segment } from './segment.ts';
import { componentOf, textOf } from './segment.ts';

/** The envelope of the messages between one UNB and its UNZ. */
export interface Interchange {
  readonly sender: string;
  readonly receiver: string;
  readonly reference: string;
  /** Date and time of preparation as sent: YYMMDD or CCYYMMDD, then HHMM. */
  readonly prepared: readonly [Component | undefined, Component | undefined];
}

/** One message from UNH to the segment before its UNT. */
export interface Message {
  /** Nothing when the message came without UNB. */
  readonly interchange?: Interchange;
  readonly reference: string;
  /** Message type, version and release, e.g. `CODECO`, `D`, `95B`. */
  readonly type: string;
  readonly release: string;
  readonly header: Segment;
  readonly segments: readonly Segment[];
  /** The bytes of the message, from UNH to the end of its UNT. */
  readonly offset: number;
  readonly length: number;
}

/** Reads a UNB. */
export const readInterchange = (unb: Segment): Interchange => ({
  sender: textOf(unb, 2),
  receiver: textOf(unb, 3),
  reference: textOf(unb, 5),
  prepared: [componentOf(unb, 4, 0), componentOf(unb, 4, 1)],
});
