import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Problem } from '@clearquay/domain/problems/problem.ts';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import type { Partner } from './edifact/partner.ts';

/** How much a finding weighs: `info` is an oddity, `warning` may hide a mistake, `error` cost an item or a message. */
export type Severity = 'info' | 'warning' | 'error';

/** One oddity of an input. Offset and length are bytes of the original file; `raw` is its text, cut at 512 bytes. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  /** Index of the segment in the file, counted from 0. */
  readonly segment?: number;
  /** Index of the element in its segment, the tag being 0. */
  readonly element?: number;
  readonly raw: string;
}

/** What one item of a message, such as one box, became. */
export type ItemOutcome =
  | { readonly status: 'event'; readonly event: StatusEvent; readonly quarantined: boolean }
  | {
      readonly status: 'refused';
      /** The subject as sent. */
      readonly subject: string;
      readonly problems: readonly Problem[];
      readonly offset: number;
      readonly length: number;
    };

/** A message or a whole file that is refused, with the bytes it covers. */
export interface Rejection {
  readonly code: ProblemCode;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  readonly segment?: number;
}

/** Everything that one file says, and all that was refused of it. */
export interface MessageReading {
  readonly findings: readonly Finding[];
  /** Items in the order of the file. */
  readonly items: readonly ItemOutcome[];
  readonly rejections: readonly Rejection[];
  /** Messages that were read, those without items included. */
  readonly messages: number;
}

/** A format that intake reads. */
export interface MessageFormat {
  /** As in `?format=`. */
  readonly name: string;
  /** True when the first bytes are of this format. */
  sniff(head: Uint8Array): boolean;
  /** Never throws for what stands in the file. */
  read(bytes: Uint8Array, partner: Partner, receivedAt: Instant): Promise<MessageReading>;
}
