import type { Instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import type { Code } from './catalogue.generated.ts';

/** The seven publishers of status events; quarantine travels on the customs topic, inland on the terminal topic. */
export type Agency = 'customs' | 'maritime-safety' | 'border-inspection' | 'terminal' | 'carrier' | 'quarantine' | 'inland';

/** What an event speaks about. A booking is a bill of kind `booking`. */
export type SubjectType = 'container' | 'bill' | 'declaration' | 'call';

/** Whether an event happened, is expected, or is scheduled. Only `actual` moves states. */
export type Classifier = 'planned' | 'estimated' | 'actual';

/**
 * A message either reports, or is about an earlier message: it corrects or cancels it. A person confirms one whose time kept
 * it out of the fold.
 */
export type Action = 'report' | 'correct' | 'cancel' | 'confirm';

/** The source of what people decide; nobody else may use it. */
export const reviewSource = 'clearquay.review';

/** The thing an event is about. A call's id is `{vessel}:{port}:{voyage}`. */
export interface Subject {
  readonly type: SubjectType;
  readonly id: string;
  readonly kind?: string;
}

/** Another identifier that an event names: an edge of the graph. Trucks and seals are edges without events. */
export interface Reference {
  readonly type: SubjectType | 'truck' | 'seal';
  readonly id: string;
  readonly kind?: string;
  readonly relation?: string;
}

export interface Location {
  readonly facility?: string;
  readonly berth?: string;
  readonly gate?: string;
  readonly position?: string;
}

/** A party by its code as it stands on bills and declarations, e.g. role `consignee`. */
export interface Party {
  readonly role: string;
  readonly code: string;
  readonly name?: string;
}

/** How the zone of the source's local time was found (`edifact.md` section 5). */
export type ZoneRule = 'offset' | 'partner' | 'activity' | 'port';

/** JSON values as they stand in `details`; unknown keys are kept. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Extra facts of an event under the attribute words of the catalogue, in camelCase. */
export type Details = { readonly [key: string]: Json };

/** One thing that one agency says about one subject. Times are instants; `protocol.md` gives the JSON form. */
export interface StatusEvent {
  /** Unique for its port and source, at most 200 characters. */
  readonly id: string;
  readonly action: Action;
  /** The event that a correction or cancellation is about. */
  readonly replaces?: { readonly source: string; readonly id: string } | undefined;
  readonly port: UnLocode;
  /** Who says it: the id under which a partner publishes. */
  readonly source: string;
  readonly agency: Agency;
  readonly code: Code;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  readonly classifier: Classifier;
  readonly occurredAt: Instant;
  /** The time as the source wrote it. */
  readonly occurredAtText?: string | undefined;
  readonly zoneRule?: ZoneRule | undefined;
  /** When the source wrote the message down; without it the occurred time stands for it (ruling 27). */
  readonly recordedAt?: Instant | undefined;
  readonly location?: Location | undefined;
  readonly parties?: readonly Party[] | undefined;
  readonly details?: Details | undefined;
}

/** A status event after intake took it, and after its port's owner applied it. */
export interface AcceptedEvent extends StatusEvent {
  /** When intake made it durable. */
  readonly receivedAt: Instant;
  /** The stamp of the batch in which the owner of the port applied it. */
  readonly appliedAt: Instant;
  /** An actual time more than 24 h ahead of its receipt: kept, outside the fold, until a person confirms it. */
  readonly quarantined?: true | undefined;
  /** Its `eventKey`, made once: sets and maps are full of it. */
  readonly key?: string | undefined;
}

/** The identity of an event within its port. */
export const eventKey = (event: { readonly source: string; readonly id: string; readonly key?: string | undefined }): string =>
  event.key ?? `${event.source}\u0000${event.id}`;
