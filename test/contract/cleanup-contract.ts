import { expect, test } from 'vitest';
import { berths, createHolder, partitions, pollCount, quay, readAll, record, textOf } from './log-records.ts';
import type { AgeingLogUnderTest } from './log-under-test.ts';

const hourMs = 3_600_000;
const short = { ...quay, name: 'test.short.v1', retentionMs: hourMs };

/** What topics promise about what they forget. */
export function cleanupContract(under: () => AgeingLogUnderTest): void {
  test('records older than the retention go, younger ones and other topics stay', async () => {
    await under().log.ensureTopics([short]);
    await under().log.append([record(short, 0, 'old'), record(short, 0, 'old too'), record(quay, 0, 'kept for good')]);
    const between = await under().later(hourMs / 2);
    await between.append([record(short, 0, 'young')]);
    const log = await under().later(hourMs / 2 + 60_000);
    expect((await readAll(log, short, 0)).map((it) => [it.offset, textOf(it)])).toEqual([[2, 'young']]);
    expect((await log.bounds(short.name))[0]).toEqual({ start: 2, end: 3 });
    expect((await readAll(log, quay, 0)).map(textOf)).toEqual(['kept for good']);
  });

  test('offsets go on growing in a partition that retention has emptied', async () => {
    await under().log.ensureTopics([short]);
    await under().log.append([record(short, 0, 'a'), record(short, 0, 'b')]);
    await under().later(2 * hourMs);
    const log = await under().reopen();
    expect(await log.append([record(short, 0, 'c')])).toEqual([2]);
    expect((await log.bounds(short.name))[0]).toEqual({ start: 2, end: 3 });
  });

  test('a group whose next record was dropped goes on at the start of what is left', async () => {
    await under().log.ensureTopics([short]);
    await under().log.append(['a', 'b', 'c'].map((text) => record(short, 0, text)));
    const holder = createHolder();
    await under().log.join('g', [short.name], holder.own);
    await (await holder.holds(partitions))[0]?.commit(new Map([[short.name, 1]]));
    const log = await under().later(2 * hourMs);
    await log.append([record(short, 0, 'd')]);
    const again = createHolder();
    await log.join('g', [short.name], again.own);
    const [owned] = await again.holds(partitions);
    expect(owned && (await pollCount(owned, 1)).map((it) => [it.offset, textOf(it)])).toEqual([[3, 'd']]);
  });

  test('compaction keeps the newest record of every key, with its offset, for readers and groups', async () => {
    await under().log.append([
      record(berths, 0, 'one', 'berth-1'),
      record(berths, 0, 'two', 'berth-2'),
      record(berths, 0, 'one again', 'berth-1'),
      record(berths, 0, 'three', 'berth-3'),
    ]);
    const log = await under().later(hourMs);
    expect((await readAll(log, berths, 0)).map((it) => [it.offset, textOf(it)])).toEqual([
      [1, 'two'],
      [2, 'one again'],
      [3, 'three'],
    ]);
    const holder = createHolder();
    await log.join('g', [berths.name], holder.own);
    const [owned] = await holder.holds(1);
    expect(owned && (await pollCount(owned, 3)).map(textOf)).toEqual(['two', 'one again', 'three']);
    expect(await log.append([record(berths, 0, 'four', 'berth-4')])).toEqual([4]);
  });

  test('a tombstone takes its key away, stays to be seen for a while, and goes itself', async () => {
    await under().log.append([
      record(berths, 0, 'one', 'berth-1'),
      record(berths, 0, 'two', 'berth-2'),
      { topic: berths.name, partition: 0, key: 'berth-1', value: null },
    ]);
    const soon = await under().later(hourMs);
    expect((await readAll(soon, berths, 0)).map(({ key, value }) => [key, value === null])).toEqual([
      ['berth-2', false],
      ['berth-1', true],
    ]);
    const log = await under().later(48 * hourMs);
    expect((await readAll(log, berths, 0)).map(({ key }) => key)).toEqual(['berth-2']);
    expect(await log.read(berths.name, 0, 2, { maxRecords: 10, waitMs: 10 })).toEqual([]);
    expect(await log.append([record(berths, 0, 'back', 'berth-1')])).toEqual([3]);
  });
}
