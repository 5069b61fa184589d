import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import { ok, refuse } from '@clearquay/domain/result.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { createRecentUpdates } from './recent-updates.ts';
import { sampleRecord } from './sample-update.ts';
import { createTail } from './tail.ts';

const bytes = (record: VisitUpdate | 'broken') => Buffer.from(JSON.stringify(record));

/** Decodes the JSON that `bytes` writes. */
const codec: RecordCodec = {
  encode: () => {
    throw new Error('a tail only reads');
  },
  learn: async () => {},
  decode: (_topic, value) => {
    const record = JSON.parse(Buffer.from(value).toString()) as object | string;
    return typeof record === 'object' ? ok(record) : refuse(problem('CQ_AVRO_MALFORMED', 'Send Avro.'));
  },
};

const unused = () => Promise.reject(new Error('a tail does not call this'));

/** A log of one partition whose reads end with `more` records, then wait for ever. `failures` reads fail first. */
function script(values: readonly (VisitUpdate | 'broken')[], failures = 0) {
  let failed = 0;
  const log: EventLog = {
    ensureTopics: unused,
    append: unused,
    join: unused,
    bounds: async () => [{ start: 0, end: values.length }],
    read: async (topic, partition, offset, { maxRecords }) => {
      if (failed++ < failures) throw new Error('the disk is away');
      const records = values.slice(offset, offset + maxRecords).map((value, i): StoredRecord => {
        return { topic, partition, key: 'CNDLC', value: bytes(value), offset: offset + i, timestamp: 0 };
      });
      return records.length > 0 ? records : new Promise(() => {});
    },
    close: async () => {},
  };
  const delivered: bigint[] = [];
  const outcomes: string[] = [];
  const recent = createRecentUpdates(2 ** 20);
  const done = Promise.withResolvers<void>();
  const tail = createTail({
    log,
    codec,
    recent,
    clock: { now: () => instant(1_772_326_800_250) },
    limits: { ...defaultLimits, rewindRecords: 100 },
    logger: { info() {}, warn() {}, error() {} },
    metrics: {
      counter: () => ({
        add: (_amount, labels) => {
          outcomes.push(String(labels?.['outcome']));
          if (outcomes.length === Math.min(values.length, 100)) done.resolve();
        },
      }),
      gauge: () => ({ set() {} }),
      histogram: () => ({ observe() {} }),
    },
    deliver: (update) => delivered.push(update.revision),
  });
  return { tail, delivered, outcomes, recent, done: done.promise };
}

/** Lets everything that waits only for promises run. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('updates of a former owner are dropped, those of the newest are delivered in order', async () => {
  const { tail, delivered, outcomes, done } = script([
    sampleRecord(1, 1, { epoch: 5 }),
    sampleRecord(1, 9, { epoch: 4 }),
    sampleRecord(1, 2, { epoch: 5 }),
    sampleRecord(1, 0, { epoch: 6 }),
    sampleRecord(1, 3, { epoch: 5 }),
  ]);
  await tail.start();
  await done;
  tail.stop();
  expect(delivered).toEqual([revisionOf(5, 1), revisionOf(5, 2), revisionOf(6, 0)]);
  expect(outcomes.filter((o) => o === 'former-owner').length).toBe(2);
});

test('a tail is ready only once it has read what stood in the log at start', async () => {
  const { tail, done } = script([sampleRecord(1, 1), sampleRecord(1, 2)]);
  expect(tail.status()).toEqual({ ok: false, reasons: ['updates-not-followed'] });
  await tail.start();
  expect(tail.status()).toEqual({ ok: false, reasons: ['updates-behind'] });
  await done;
  await settle();
  expect(tail.status()).toEqual({ ok: true, reasons: [] });
  tail.stop();
  expect(tail.status().ok).toBe(false);
});

test('a tail rewinds by its window and no further', async () => {
  const { tail, delivered, done } = script(Array.from({ length: 250 }, (_, i) => sampleRecord(1, i)));
  await tail.start();
  await done;
  tail.stop();
  expect(delivered.length).toBe(100);
  expect(delivered[0]).toBe(revisionOf(1, 150));
});

test('an update that cannot be read is passed over, and no cursor from before it is resumed from memory', async () => {
  const { tail, delivered, outcomes, recent, done } = script([
    sampleRecord(1, 1),
    'broken',
    sampleRecord(1, 3),
    sampleRecord(1, 4),
    sampleRecord(1, 5, { revision: '-1' }),
  ]);
  await tail.start();
  await done;
  tail.stop();
  expect(delivered).toEqual([revisionOf(1, 1), revisionOf(1, 3), revisionOf(1, 4)]);
  expect(outcomes).toEqual(['delivered', 'refused', 'delivered', 'delivered', 'refused']);
  expect(recent.after(new Map([[0, revisionOf(1, 1)]]))).toEqual({ ok: false, error: 'cursor-too-old' });
});
