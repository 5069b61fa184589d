import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { FoldedVisit, TimelineEntry } from '@clearquay/domain/visit/visit.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import type { PortMemory } from './state/port-memory.ts';
import type { AppliedEvent } from './steps/apply.ts';

/** One change of one visit, as it goes into the tables and out to the subscribers. */
export interface VisitRevision {
  readonly port: PortMemory;
  readonly visit: FoldedVisit;
  readonly revision: bigint;
  readonly assignedAt: Instant;
  readonly cause: VisitUpdate['cause'];
  /** Names of the fields that changed. */
  readonly changes: readonly string[];
  /** The events of the batch that caused it. */
  readonly events: readonly AppliedEvent[];
  /** `source/id` of what it took out of effect. */
  readonly supersedes: readonly string[];
  /** The visit as JSON, written once for all who need it. */
  readonly document: string;
  /** When an answer changes by the passing of time alone. */
  readonly nextChangeAt?: Instant;
  /** Entries of the timeline that are new or changed; those that the visit lost, or all when it is gone, are `left`. */
  readonly entries: readonly TimelineEntry[];
  /** True when another visit took its events: it is shown no more. */
  readonly isGone: boolean;
}

/** Kinds of the holds of a visit that are open, each once. */
export const openHolds = ({ visit }: VisitRevision): string[] => [
  ...new Set(visit.state.holds.filter((h) => h.liftedAt === undefined).map((h) => h.kind)),
];
