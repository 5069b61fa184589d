import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { EventLog, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import { ok, refuse } from '@clearquay/domain/result.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { expect, test } from 'vitest';
import type { Markers } from '../changes/stored-changes.ts';
import { defaultLimits, type GatewayLimits } from '../limits.ts';
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

const now = 1_772_326_800_250;

/** A log of one partition whose records are read once, the newest of them now and the others a minute apart; then reads wait. */
function script(values: readonly (VisitUpdate | 'broken')[], limits: Partial<GatewayLimits> = {}, markers: Markers = new Map()) {
  let lost = 0;
  const log: EventLog = {
    ensureTopics: unused,
    append: unused,
    join: unused,
    bounds: async () => [{ start: 0, end: values.length }],
    read: async (topic, partition, offset, { maxRecords }) => {
      const records = values.slice(offset, offset + maxRecords).map((value, i): StoredRecord => {
        return {
          topic,
          partition,
          key: 'CNDLC',
          value: bytes(value),
          offset: offset + i,
          timestamp: now - (values.length - 1 - offset - i) * 60_000,
        };
      });
      return records.length > 0 ? records : new Promise(() => {});
    },
    close: async () => {},
  };
  const last = values.at(-1);
  const lastRevision = typeof last === 'object' && /^[0-9]+$/.test(last.revision) ? BigInt(last.revision) : undefined;
  const delivered: bigint[] = [];
  const outcomes: string[] = [];
  const recent = createRecentUpdates(2 ** 20);
  const done = Promise.withResolvers<void>();
  const tail = createTail({
    log,
    codec,
    recent,
    markers: async () => markers,
    clock: { now: () => instant(now) },
    limits: { ...defaultLimits, ...limits },
    logger: { info() {}, warn() {}, error() {} },
    metrics: {
      counter: () => ({
        add: (_amount, labels) => {
          outcomes.push(String(labels?.['outcome']));
          if (delivered.at(-1) === lastRevision || outcomes.length === values.length) done.resolve();
        },
      }),
      gauge: () => ({ set() {} }),
      histogram: () => ({ observe() {} }),
    },
    deliver: (update) => delivered.push(update.revision),
    lost: () => lost++,
  });
  return { tail, delivered, outcomes, recent, done: done.promise, lost: () => lost };
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

test('a revision that was appended twice counts once', async () => {
  const { tail, delivered, outcomes, done } = script([1, 2, 1, 2, 3].map((s) => sampleRecord(1, s)));
  await tail.start();
  await done;
  tail.stop();
  expect(delivered).toEqual([1, 2, 3].map((s) => revisionOf(1, s)));
  expect(outcomes).toEqual(['delivered', 'delivered', 'repeated', 'repeated', 'delivered']);
});

test.each([
  ['what was appended within the window, and one record more', { resumeWindowMs: 30 * 60_000 }, 250 - 32],
  ['at most so many records', { resumeWindowMs: 30 * 60_000, rewindRecords: 20 }, 250 - 20],
  ['the last record where all are older, because it tells the position', { resumeWindowMs: -1 }, 250 - 1],
  ['all of a log that is younger', { resumeWindowMs: 250 * 60_000 }, 0],
])('a tail reads back %s', async (_what, limits, first) => {
  const { tail, delivered, recent, done } = script(
    Array.from({ length: 250 }, (_, i) => sampleRecord(1, i + 1)),
    limits,
  );
  await tail.start();
  await done;
  tail.stop();
  expect(delivered.map((r) => r - revisionOf(1, 1))).toEqual(Array.from({ length: 250 - first }, (_, i) => BigInt(first + i)));
  expect(recent.after(new Map([[0, revisionOf(1, first + 1)]]))).toMatchObject({ ok: true });
});

test('an update that cannot be read is passed over, and no cursor from before it is resumed from memory', async () => {
  const { tail, delivered, outcomes, recent, done, lost } = script([
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
  expect(lost()).toBe(2);
  expect(recent.after(new Map([[0, revisionOf(1, 1)]]))).toEqual({ ok: false, error: 'cursor-too-old' });
});

test('a log that holds nothing is the beginning only where the warehouse knows nothing either', async () => {
  const told = { first: revisionOf(3, 2), last: revisionOf(3, 9) };
  for (const [markers, from] of [
    [new Map([[0, told]]), new Map<number, bigint>()],
    [new Map(), new Map([[0, told.last]])],
  ] as const) {
    const { tail, recent } = script([], {}, markers);
    await tail.start();
    await settle();
    expect(tail.status().ok).toBe(true);
    expect(recent.after(recent.positions())).toEqual({ ok: true, value: [] });
    expect(recent.after(from).ok).toBe(false);
    tail.stop();
  }
});

test.each([
  ['nothing was told before it', revisionOf(3, 2), true],
  ['more was told before it, so the log was replaced', revisionOf(2, 7), false],
])('the first record is the beginning where %s', async (_what, first, isBeginning) => {
  const { tail, recent, done } = script([sampleRecord(1, 1, { epoch: 3 })], {}, new Map([[0, { first, last: revisionOf(3, 2) }]]));
  await tail.start();
  await done;
  expect(recent.after(new Map()).ok).toBe(isBeginning);
  tail.stop();
});
