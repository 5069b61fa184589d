import type { DeltaFrame, RemovedFrame } from '@clearquay/domain/stream/frames.ts';

/** A visit as a subscription shows it: a summary or the whole, as was asked for. */
export type SeenVisit = DeltaFrame['visit'];

/** One change of the local state of one subscription. */
export type Change =
  | {
      readonly kind: 'changed';
      readonly subscription: string;
      readonly visitId: string;
      readonly visit: SeenVisit;
      /** What changed and the events that caused it; absent when it came with a snapshot. */
      readonly delta?: Pick<DeltaFrame, 'changes' | 'events' | 'supersedes' | 'skipped'>;
    }
  | {
      readonly kind: 'removed';
      readonly subscription: string;
      readonly visitId: string;
      /** `not-in-snapshot`: it was gone when a fresh snapshot came. */
      readonly reason: RemovedFrame['reason'] | 'not-in-snapshot';
    };
