import { expect, test } from 'vitest';
import { createHolder, fired, partitions, pollCount, quay, record, textOf, yard } from './log-records.ts';
import type { LogUnderTest } from './log-under-test.ts';

const topics = [quay.name, yard.name];
const numbers = Array.from({ length: partitions }, (_, at) => at);

/** What `join` promises. */
export function groupContract(under: () => LogUnderTest): void {
  test('one member owns every partition once, each with the records of all topics', async () => {
    const { log } = under();
    await log.append(numbers.flatMap((p) => [record(quay, p, `q${p}`), record(yard, p, `y${p}`)]));
    const holder = createHolder();
    await log.join('g', topics, holder.own);
    const held = await holder.holds(partitions);
    expect(held.map(({ partition }) => partition)).toEqual(numbers);
    for (const owned of held) {
      const texts = (await pollCount(owned, 2)).map(textOf).sort();
      expect(texts).toEqual([`q${owned.partition}`, `y${owned.partition}`]);
    }
  });

  test('polls go on where the last one ended, in offset order, fair between the topics', async () => {
    const { log } = under();
    await log.append(Array.from({ length: 50 }, (_, at) => record(quay, 0, `q${at}`)));
    await log.append(Array.from({ length: 10 }, (_, at) => record(yard, 0, `y${at}`)));
    const holder = createHolder();
    await log.join('g', topics, holder.own);
    const [owned] = await holder.holds(partitions);
    const first = (await owned?.poll({ maxRecords: 20, waitMs: 0 })) ?? [];
    expect(first.length).toBeLessThanOrEqual(20);
    expect(new Set(first.map(({ topic }) => topic))).toEqual(new Set(topics));
    const all = [...first, ...(owned ? await pollCount(owned, 60 - first.length) : [])];
    for (const [topic, letter, count] of [
      [quay, 'q', 50],
      [yard, 'y', 10],
    ] as const) {
      const texts = all.filter((it) => it.topic === topic.name).map(textOf);
      expect(texts).toEqual(Array.from({ length: count }, (_, at) => `${letter}${at}`));
    }
    expect(await owned?.poll({ maxRecords: 20, waitMs: 0 })).toEqual([]);
  });

  test('a poll that waits wakes by an append, without polling in between', async () => {
    const { log } = under();
    const holder = createHolder();
    await log.join('g', topics, holder.own);
    const held = await holder.holds(partitions);
    const polls = held.map((owned) => owned.poll({ maxRecords: 10, waitMs: 60_000 }));
    const started = performance.now();
    await log.append([record(yard, 2, 'gate')]);
    expect((await polls[2])?.map(textOf)).toEqual(['gate']);
    expect(performance.now() - started).toBeLessThan(2_000);
    await log.append(numbers.map((p) => record(quay, p, `q${p}`)));
    expect((await Promise.all(polls)).map((records) => records.map(textOf))).toEqual([['q0'], ['q1'], ['gate'], ['q3']]);
  });

  test('a group goes on from its commit after the log was opened again; what was not committed comes again', async () => {
    const holder = createHolder();
    await under().log.append(Array.from({ length: 10 }, (_, at) => record(quay, 1, `q${at}`)));
    await under().log.join('g', topics, holder.own);
    const owned = (await holder.holds(partitions))[1];
    if (!owned) throw new Error('partition 1 is not held');
    await pollCount(owned, 8);
    await owned.commit(new Map([[quay.name, 5]]));
    const log = await under().reopen();
    const again = createHolder();
    await log.join('g', topics, again.own);
    const resumed = (await again.holds(partitions))[1];
    expect(resumed && (await pollCount(resumed, 5)).map(textOf)).toEqual(['q5', 'q6', 'q7', 'q8', 'q9']);
    expect(resumed?.generation).toBeGreaterThan(owned.generation);
    const other = createHolder();
    await log.join('another', topics, other.own);
    const fresh = (await other.holds(partitions))[1];
    expect(fresh && (await pollCount(fresh, 10)).map(textOf)).toHaveLength(10);
  });

  test('two members split the partitions; whoever held them before is told', async () => {
    const { log } = under();
    const [one, two] = [createHolder(), createHolder()];
    await log.join('g', topics, one.own);
    const before = await one.holds(partitions);
    const joined = log.join('g', topics, two.own);
    await Promise.all(before.map(({ lost }) => fired(lost)));
    const { leave } = await joined;
    const held = [...(await one.holds(partitions / 2)), ...(await two.holds(partitions / 2))];
    expect(held.map(({ partition }) => partition).sort()).toEqual(numbers);
    expect(new Set(held.map(({ generation }) => generation)).size).toBe(1);
    expect(held[0]?.generation).toBeGreaterThan(before[0]?.generation ?? Number.POSITIVE_INFINITY);
    await leave();
    expect((await one.holds(partitions)).map(({ partition }) => partition)).toEqual(numbers);
    expect(two.held()).toEqual([]);
  });

  test('a partition is given to the next owner only after the last one returned', async () => {
    const { log } = under();
    let working = 0;
    let most = 0;
    const own = async ({ lost, partition }: { lost: AbortSignal; partition: number }): Promise<void> => {
      if (partition !== 0) return;
      working += 1;
      most = Math.max(most, working);
      await fired(lost);
      await log.append([record(quay, 0, 'work that was under way')]);
      working -= 1;
    };
    await log.join('g', topics, own);
    await log.join('g', topics, own);
    await log.join('g', topics, own);
    await log.close();
    expect([most, working]).toEqual([1, 0]);
  });

  test('a lost partition gives no more records and refuses commits', async () => {
    const { log } = under();
    const [one, two] = [createHolder(), createHolder()];
    await log.join('g', topics, one.own);
    const [stale] = await one.holds(partitions);
    const waiting = stale?.poll({ maxRecords: 1, waitMs: 60_000 });
    await log.join('g', topics, two.own);
    expect(await waiting).toEqual([]);
    await log.append([record(quay, 0, 'for the new owner')]);
    expect(await stale?.poll({ maxRecords: 1, waitMs: 0 })).toEqual([]);
    await expect(stale?.commit(new Map([[quay.name, 1]]))).rejects.toThrow(/no longer held/);
    await expect(stale?.commit(new Map())).rejects.toThrow(/no longer held/);
    const held = [...(await one.holds(partitions / 2)), ...(await two.holds(partitions / 2))];
    const owned = held.find(({ partition }) => partition === 0);
    expect(owned && (await pollCount(owned, 1)).map(textOf)).toEqual(['for the new owner']);
  });

  test('members that come and go under load lose nothing', async () => {
    const { log } = under();
    const seen = new Set<string>();
    const own = async (owned: Parameters<Parameters<typeof log.join>[2]>[0]): Promise<void> => {
      while (!owned.lost.aborted) {
        const records = await owned.poll({ maxRecords: 7, waitMs: 60_000 });
        for (const it of records) seen.add(`${it.partition} ${textOf(it)}`);
        const next = new Map(records.map(({ topic, offset }) => [topic, offset + 1]));
        await owned.commit(next).catch((error: unknown) => {
          if (!owned.lost.aborted) throw error;
        });
      }
    };
    const stays = await log.join('g', topics, own);
    const appending = (async () => {
      for (let at = 0; at < 200; at++) await log.append(numbers.map((p) => record(at % 2 ? quay : yard, p, `${at}`)));
    })();
    for (let round = 0; round < 5; round++) await (await log.join('g', topics, own)).leave();
    await appending;
    while (seen.size < 200 * partitions) await new Promise((resolve) => setTimeout(resolve, 5));
    await stays.leave();
    expect(seen.size).toBe(200 * partitions);
  });
}
