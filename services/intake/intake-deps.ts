import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { PartnerTable } from './formats/edifact/partner.ts';

/** What intake is made of. */
export interface IntakeDeps {
  readonly log: EventLog;
  readonly codec: RecordCodec;
  readonly ports: PortTable;
  readonly clock: Clock;
  readonly partners: PartnerTable;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits?: Partial<IntakeLimits>;
}

/** Bounds of what one request may bring. */
export interface IntakeLimits {
  /** Body of `POST /v1/events`. Default 8 MiB. */
  readonly maxEventsBodyBytes: number;
  /** Events of one request. Default 1,000. */
  readonly maxEvents: number;
  /** Body of `POST /v1/messages`. Default 64 MiB. */
  readonly maxMessageBytes: number;
  /** Bodies of all requests that are under way, together. Default 256 MiB. */
  readonly maxBodiesBytes: number;
  /** Records of one append that brings the events of a message. Default 1,000. */
  readonly recordsPerAppend: number;
  /** Bytes after which such an append ends. Default 4 MiB. */
  readonly bytesPerAppend: number;
}

/** The documented bounds. */
export const defaultIntakeLimits: IntakeLimits = {
  maxEventsBodyBytes: 8 * 1024 * 1024,
  maxEvents: 1_000,
  maxMessageBytes: 64 * 1024 * 1024,
  maxBodiesBytes: 256 * 1024 * 1024,
  recordsPerAppend: 1_000,
  bytesPerAppend: 4 * 1024 * 1024,
};

/** The documented bounds of one append of a longer series. */
export const appendParts = { maxRecords: defaultIntakeLimits.recordsPerAppend, maxBytes: defaultIntakeLimits.bytesPerAppend } as const;
