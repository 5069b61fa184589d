import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { createPortTable, type UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { agencyTopic } from '@clearquay/schemas/topics.ts';
import { type Batch, openBatch } from './batch.ts';
import type { EventRecord } from './event-from-record.ts';
import type { Fence } from './fence.ts';
import type { Decoded } from './steps/decode.ts';

/** The ports of the unit tests: Dalian with an alias, and Yantai. */
export const testPorts = createPortTable([
  { code: 'CNDLC' as UnLocode, aliases: ['CNDAL'], name: 'Dalian', zone: 'Asia/Shanghai' },
  { code: 'CNYTG' as UnLocode, aliases: [], name: 'Yantai', zone: 'Asia/Shanghai' },
]);

/** Of an owner who has no former one. */
export const noFence: Fence = [{ after: 0n, before: 0n }];

export const testPartition = partitionOf('CNDLC');

/** A discharge at Dalian with some fields changed. */
export const dischargeRecord = (changed: Partial<EventRecord> = {}): EventRecord => ({
  id: 'e1',
  action: 'report',
  replaces: null,
  port: 'CNDLC',
  source: 'quay-one',
  agency: 'terminal',
  code: 'terminal.discharged',
  subject: { type: 'container', id: 'QXRU0000015', kind: null },
  references: [{ type: 'call', id: '9319466:CNDLC:126W', kind: null, relation: null }],
  classifier: 'actual',
  occurredAt: Date.UTC(2026, 2, 1),
  occurredAtText: '2026-03-01T08:00:00+08:00',
  zoneRule: 'offset',
  recordedAt: null,
  receivedAt: Date.UTC(2026, 2, 1, 1),
  location: null,
  parties: [],
  details: '{"full":true}',
  ...changed,
});

/** A decoded record as it lies on the log. */
export const decodedRecord = (value: EventRecord, placed: Partial<StoredRecord> = {}): Decoded => ({
  record: {
    topic: agencyTopic.terminal,
    partition: testPartition,
    offset: 0,
    timestamp: Date.UTC(2026, 2, 1, 2),
    value: new Uint8Array([1]),
    ...placed,
    key: placed.key ?? value.port,
  },
  value,
});

/** An empty batch of Dalian's partition; `inFlight` are offsets that a former owner may have written in part. */
export const testBatch = (number: number, inFlight: readonly number[] = []): Batch =>
  openBatch([], {
    partition: testPartition,
    epoch: 7,
    number,
    appliedAt: instant(Date.UTC(2026, 2, 2) + number),
    revision: revisionOf(7, number),
    due: [],
    wasInFlight: ({ offset }) => inFlight.includes(offset),
  });
