import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Row } from '@clearquay/domain/ports/warehouse.ts';
import { ok } from '@clearquay/domain/result.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import { expect, test } from 'vitest';
import { createEpochs } from './epochs.ts';
import type { Patient } from './patient.ts';

/** The claims of a table that answers the questions of a claim; `rival` is asked before every read back. */
function claims(rival: () => Row | undefined = () => undefined, former: Row[] = []): { rows: Row[]; io: Patient } {
  const rows: Row[] = [];
  const epochOf = (row: Row): number => Number(row['epoch']);
  const answer = (sql: string, params: Readonly<Record<string, unknown>> = {}): unknown[] => {
    if (sql.includes('AS highest')) return [{ highest: String(Math.max(0, ...rows.map(epochOf))) }];
    if (sql.includes('AS marker')) return [{ partition: 3, marker: '55' }];
    if (sql.includes('AS after')) return former;
    if (sql.includes('ranges')) return [];
    if (!sql.includes('AS rivals')) return [{ partition: 3, applied: '1700' }];
    const other = rival();
    if (other) rows.push(other);
    const rivals = rows.filter((r) => epochOf(r) >= Number(params['epoch']) && r['owner'] !== params['owner']);
    const generations = rivals.map((r) => Number(r['generation']));
    return [{ rivals: String(rivals.length), generation: String(Math.max(0, ...generations)) }];
  };
  const io: Patient = {
    insert: async (_table, inserted) => void rows.push(...inserted),
    query: async <T>(sql: string, params?: Readonly<Record<string, unknown>>) => answer(sql, params) as T[],
    append: async () => {},
    again: (_target, work) => work(),
  };
  return { rows, io };
}

/** A partition in a generation that stands, or does not any more. */
const held = (generation: number, isLost = false) => ({
  generation,
  commit: async () => {
    if (isLost) throw new PartitionLostError('g', 0, generation);
  },
});

const unread: RecordCodec = { encode: () => new Uint8Array(), learn: async () => {}, decode: () => ok({}) };

const deps = (owner: string) => ({
  log: { bounds: async () => [{ start: 0, end: 5 }], read: async () => [] },
  codec: unread,
  clock: { now: () => instant(1) },
  owner,
  logger: { warn() {} },
});

test('an epoch is above every one before and claimed once per generation', async () => {
  const { rows, io } = claims();
  const first = createEpochs(deps('a'));
  expect((await first(held(4), io)).epoch).toBe(4);
  expect(await first(held(4), io)).toBe(await first(held(4), io));
  expect((await createEpochs(deps('b'))(held(2), io)).epoch).toBe(5);
  expect((await first(held(6), io)).epoch).toBe(6);
  expect(rows).toHaveLength(3);
});

test('a rival with the same epoch makes the claim higher', async () => {
  let asked = 0;
  const { io } = claims(() => (asked++ === 0 ? { kind: 'claim', epoch: 1, owner: 'rival', generation: 1 } : undefined));
  expect((await createEpochs(deps('a'))(held(1), io)).epoch).toBe(2);
});

test('who meets the claim of a newer generation was passed over and claims no more', async () => {
  const { rows, io } = claims(() => ({ kind: 'claim', epoch: 7, owner: 'successor', generation: 2 }));
  await expect(createEpochs(deps('a'))(held(1), io)).rejects.toThrow('no longer held');
  expect(rows.map((r) => r['owner'])).toEqual(['a', 'successor']);
});

test('who was passed over before it claimed above its successor does not own what it claimed', async () => {
  const { rows, io } = claims();
  expect((await createEpochs(deps('successor'))(held(2), io)).epoch).toBe(2);
  await expect(createEpochs(deps('a'))(held(1, true), io)).rejects.toThrow('no longer held');
  expect(rows.map((r) => [r['owner'], r['epoch']])).toEqual([
    ['successor', 2],
    ['a', 3],
  ]);
});

test('the first owner of all takes nothing over; a later one takes what lies in the log', async () => {
  const { io } = claims(undefined, [{ partition: 3, epoch: '1', after: '7' }]);
  expect((await createEpochs(deps('a'))(held(1), io)).ends).toEqual(new Map());
  const later = await createEpochs(deps('b'))(held(2), io);
  expect([...later.ends.values()]).toEqual(Array(eventTopics.length).fill([5]));
  expect(later.appliedAt).toEqual(new Map([[3, 1700]]));
  const before = revisionOf(later.epoch, 0);
  expect(later.fence(3)).toEqual([
    { after: 7n, before: revisionOf(1, 0) },
    { after: 55n, before },
  ]);
  expect(later.fence(4)).toEqual([{ after: 0n, before }]);
});

test('a claim that failed is made again by the next who asks', async () => {
  const { io } = claims();
  const epochs = createEpochs(deps('a'));
  const down: Patient = { ...io, query: async () => Promise.reject(new Error('given up')) };
  await expect(epochs(held(1), down)).rejects.toThrow('given up');
  expect((await epochs(held(1), io)).epoch).toBe(1);
});
