import { formatInstant } from '../identifiers/zone.ts';
import type { Details, Location, Party, Reference, StatusEvent } from './status-event.ts';

/** A status event as JSON (`protocol.md`, Intake): instants as ISO 8601 text with an offset. */
export interface StatusEventJson {
  readonly id: string;
  readonly action: string;
  readonly replaces?: { readonly source: string; readonly id: string };
  readonly port: string;
  readonly source: string;
  readonly agency: string;
  readonly code: string;
  readonly subject: { readonly type: string; readonly id: string; readonly kind?: string };
  readonly references: readonly Reference[];
  readonly classifier: string;
  readonly occurredAt: string;
  readonly occurredAtText?: string;
  readonly zoneRule?: string;
  readonly recordedAt?: string;
  readonly location?: Location;
  readonly parties?: readonly Party[];
  readonly details?: Details;
}

/** Writes an event with its instants at the offset of a zone. */
export function presentEvent(event: StatusEvent, zone: string): StatusEventJson {
  const {
    id,
    action,
    replaces,
    port,
    source,
    agency,
    code,
    subject,
    references,
    classifier,
    occurredAt,
    occurredAtText,
    zoneRule,
    recordedAt,
    location,
    parties,
    details,
  } = event;
  return {
    id,
    action,
    ...(replaces && { replaces }),
    port,
    source,
    agency,
    code,
    subject,
    references,
    classifier,
    occurredAt: formatInstant(occurredAt, zone),
    ...(occurredAtText !== undefined && { occurredAtText }),
    ...(zoneRule && { zoneRule }),
    ...(recordedAt !== undefined && { recordedAt: formatInstant(recordedAt, zone) }),
    ...(location && { location }),
    ...(parties && { parties }),
    ...(details && { details }),
  };
}
