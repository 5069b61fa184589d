import { type Agency, reviewSource, type StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';

const week = 7 * 24 * 3_600_000;

interface Topic extends TopicSpec {
  /** What the record key is. */
  readonly key: 'port' | 'partner' | 'none' | 'control-key';
  /** The Avro record of the value, a file of `schemas/avro`. */
  readonly value: string;
}

/** Every topic: name, key and value type. No other file names a topic. */
export const topics = {
  customs: {
    name: 'clearquay.customs.v1',
    key: 'port',
    value: 'CustomsStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  maritimeSafety: {
    name: 'clearquay.maritime-safety.v1',
    key: 'port',
    value: 'MaritimeSafetyStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  borderInspection: {
    name: 'clearquay.border-inspection.v1',
    key: 'port',
    value: 'BorderInspectionStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  terminal: {
    name: 'clearquay.terminal.v1',
    key: 'port',
    value: 'TerminalStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  carrier: {
    name: 'clearquay.carrier.v1',
    key: 'port',
    value: 'CarrierStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  review: {
    name: 'clearquay.review.v1',
    key: 'port',
    value: 'ReviewStatusEvent',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  raw: {
    name: 'clearquay.raw.v1',
    key: 'partner',
    value: 'RawChunk',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
  updates: {
    name: 'clearquay.updates.v1',
    key: 'port',
    value: 'VisitUpdate',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: week,
  },
  control: { name: 'clearquay.control.v1', key: 'control-key', value: 'ControlEntry', partitions: 1, cleanup: 'compact' },
  deadLetters: {
    name: 'clearquay.dead-letters.v1',
    key: 'none',
    value: 'DeadLetter',
    partitions: partitionCount,
    cleanup: 'delete',
    retentionMs: 4 * week,
  },
} as const satisfies Record<string, Topic>;

/** The topic on which an agency's events travel. */
export const agencyTopic: Readonly<Record<Agency, string>> = {
  customs: topics.customs.name,
  quarantine: topics.customs.name,
  'maritime-safety': topics.maritimeSafety.name,
  'border-inspection': topics.borderInspection.name,
  terminal: topics.terminal.name,
  inland: topics.terminal.name,
  carrier: topics.carrier.name,
};

/** The topic of an event: that of its agency, or that of the decisions of people, on which nobody else may write. */
export const topicOf = ({ source, agency }: Pick<StatusEvent, 'source' | 'agency'>): string =>
  source === reviewSource ? topics.review.name : agencyTopic[agency];

/** The topics of all events that the owner of a port applies, which share partition count and partitioner. */
export const eventTopics: readonly string[] = [
  topics.customs,
  topics.maritimeSafety,
  topics.borderInspection,
  topics.terminal,
  topics.carrier,
  topics.review,
].map((t) => t.name);
