import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';

/** The last offset appended to a topic's partition. */
export type PositionEntry = readonly [topic: string, partition: number, offset: number];

/** The highest offsets of the status events among appended records. */
export function positionEntries(records: readonly LogRecord[], offsets: readonly number[]): PositionEntry[] {
  const last = new Map<string, PositionEntry>();
  records.forEach(({ topic, partition }, i) => {
    if (!eventTopics.includes(topic)) return;
    const offset = offsets[i] ?? -1;
    const known = last.get(`${topic}/${partition}`)?.[2] ?? -1;
    if (offset > known) last.set(`${topic}/${partition}`, [topic, partition, offset]);
  });
  return [...last.values()];
}

/** Writes a position for a client: opaque to it, base64url of the JSON entries. No entries: nothing to wait for. */
export const encodePosition = (entries: readonly PositionEntry[]): string => Buffer.from(JSON.stringify(entries)).toString('base64url');
