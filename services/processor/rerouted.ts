import { hash } from 'node:crypto';
import type { LogRecord, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';

/** The header of a record that was sent on: partition, offset and timestamp with which it first lay in its topic. */
export const reroutedFrom = 'cq-rerouted-from';

const place = /^(\d{1,5})-(\d{1,15})-(\d{1,15})$/;

/** A record as it is sent on to the owner of its port. */
export function rerouted({ topic, partition, offset, timestamp, value, headers }: StoredRecord, port: string): LogRecord {
  const from = { [reroutedFrom]: `${partition}-${offset}-${timestamp}` };
  return { topic, partition: partitionOf(port), key: port, value, headers: { ...from, ...headers } };
}

/**
 * The id and the time of the dead letter of a record: its position and its append, so that a refusal which is repeated
 * after a crash is the same dead letter again. One that was sent on may lie there twice for the same reason, and is known by
 * where it came from; since anyone can write that header, it takes the place of the same bytes only.
 */
export function refusalOf({ topic, partition, offset, timestamp, value, headers }: StoredRecord): { id: string; refusedAt: number } {
  const [, from, at, stamp] = place.exec(headers?.[reroutedFrom] ?? '') ?? [];
  if (stamp === undefined) return { id: `${topic}-${partition}-${offset}`, refusedAt: timestamp };
  return { id: `${topic}-${from}-${at}-${hash('sha256', value ?? '').slice(0, 16)}`, refusedAt: Number(stamp) };
}
