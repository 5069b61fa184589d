import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { expect, test } from 'vitest';
import { berths, partitions, quay, readAll, record, textOf, yard } from './log-records.ts';
import type { LogUnderTest } from './log-under-test.ts';

/** What `ensureTopics`, `append`, `read` and `bounds` promise. */
export function appendContract(under: () => LogUnderTest): void {
  test('a record comes back with key, value, headers, offset and the time of its append', async () => {
    const before = Date.now();
    const headers = { ce_id: 'quay-1', ce_source: '大连港', __proto__x: 'plain' };
    expect(await under().log.append([{ ...record(quay, 1, 'alongside'), headers }])).toEqual([0]);
    const [stored] = await under().log.read(quay.name, 1, 0, { maxRecords: 10, waitMs: 0 });
    expect(stored).toMatchObject({ topic: quay.name, partition: 1, key: 'CNDLC', offset: 0, headers });
    expect(stored?.value).toEqual(new Uint8Array(Buffer.from('alongside')));
    expect(stored?.timestamp).toBeGreaterThanOrEqual(before - 1);
    expect(stored?.timestamp).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('null keys, null values, empty values and values of 1 MB are kept apart and whole', async () => {
    const big = new Uint8Array(1_000_000).map((_, at) => at % 251);
    await under().log.append([
      record(quay, 0, 'no key', null),
      { topic: quay.name, partition: 0, key: 'CNSHA', value: null },
      { topic: quay.name, partition: 0, key: '', value: new Uint8Array() },
      { topic: quay.name, partition: 0, key: '港', value: big },
    ]);
    const [noKey, noValue, empty, large] = await readAll(under().log, quay, 0);
    expect([noKey?.key, noValue?.key, empty?.key, large?.key]).toEqual([null, 'CNSHA', '', '港']);
    expect(noValue?.value).toBeNull();
    expect(empty?.value).toEqual(new Uint8Array());
    expect(Buffer.compare(large?.value ?? new Uint8Array(), big)).toBe(0);
    expect(noKey).not.toHaveProperty('headers');
  });

  test('the caller may reuse its bytes once append was called', async () => {
    const value = Buffer.from('first');
    const appended = under().log.append([{ topic: quay.name, partition: 0, key: null, value }]);
    value.write('other');
    await appended;
    expect((await readAll(under().log, quay, 0)).map(textOf)).toEqual(['first']);
  });

  test('offsets are contiguous per partition and appends keep their order, also when they overlap', async () => {
    const { log } = under();
    const appends = Array.from({ length: 60 }, (_, at) =>
      log.append([record(quay, at % 2, `q${at}`), record(yard, 2, `y${at}`), record(quay, at % 2, `r${at}`)]),
    );
    const offsets = await Promise.all(appends);
    expect(offsets[4]).toEqual([4, 4, 5]);
    for (const [topic, partition, letters] of [
      [quay, 0, 'qr'],
      [quay, 1, 'qr'],
      [yard, 2, 'y'],
    ] as const) {
      const all = await readAll(log, topic, partition);
      expect(all.map(({ offset }) => offset)).toEqual(all.map((_, at) => at));
      const wanted = Array.from({ length: 60 }, (_, at) => at).filter((at) => topic === yard || at % 2 === partition);
      expect(all.map(textOf)).toEqual(wanted.flatMap((at) => [...letters].map((letter) => `${letter}${at}`)));
    }
  });

  test('what was appended is there after the log was closed and opened', async () => {
    await under().log.append(Array.from({ length: 500 }, (_, at) => record(quay, at % partitions, `box ${at}`)));
    const log = await under().reopen();
    const texts = await Promise.all([0, 1, 2, 3].map(async (p) => (await readAll(log, quay, p)).map(textOf)));
    expect(texts.flat().sort()).toEqual(Array.from({ length: 500 }, (_, at) => `box ${at}`).sort());
    expect(await log.append([record(quay, 0, 'next')])).toEqual([125]);
  });

  test('an append that names an unknown topic or partition appends nothing', async () => {
    const { log } = under();
    await expect(log.append([record(quay, 0, 'good'), record({ ...quay, name: 'test.none.v1' }, 0, 'bad')])).rejects.toThrow();
    await expect(log.append([record(quay, 0, 'good'), record(quay, partitions, 'bad')])).rejects.toThrow();
    expect(await log.bounds(quay.name)).toEqual(Array.from({ length: partitions }, () => ({ start: 0, end: 0 })));
  });

  test('a compacted topic takes no record without a key', async () => {
    await expect(under().log.append([record(berths, 0, 'nobody', null)])).rejects.toThrow(/key/);
  });

  test('bounds tell first and next offset of every partition', async () => {
    await under().log.append([record(quay, 2, 'a'), record(quay, 2, 'b'), record(quay, 0, 'c')]);
    expect((await under().log.bounds(quay.name)).map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [0, 0],
      [0, 2],
      [0, 0],
    ]);
  });

  test('a topic that stands with another partition count is refused, the same again is not', async () => {
    await under().log.ensureTopics([quay, berths]);
    await expect(under().log.ensureTopics([{ ...quay, partitions: partitions * 2 }])).rejects.toThrow(EventLogError);
  });

  test('a read brings at most maxRecords, from the offset on', async () => {
    await under().log.append(Array.from({ length: 20 }, (_, at) => record(quay, 3, `${at}`)));
    const some = await under().log.read(quay.name, 3, 7, { maxRecords: 5, waitMs: 0 });
    expect(some.map(textOf)).toEqual(['7', '8', '9', '10', '11']);
  });

  test('a read of nothing ends after waitMs, and one that waits wakes by an append', async () => {
    const { log } = under();
    expect(await log.read(quay.name, 0, 0, { maxRecords: 5, waitMs: 20 })).toEqual([]);
    const waiting = log.read(quay.name, 0, 0, { maxRecords: 5, waitMs: 60_000 });
    await log.append([record(quay, 1, 'elsewhere'), record(quay, 0, 'here')]);
    expect((await waiting).map(textOf)).toEqual(['here']);
  });

  test('a log that is closed ends its waits and refuses work', async () => {
    const { log } = under();
    const waiting = log.read(quay.name, 0, 0, { maxRecords: 5, waitMs: 60_000 });
    const appended = log.append([record(quay, 1, 'last')]);
    await log.close();
    expect(await waiting).toEqual([]);
    expect(await appended).toEqual([0]);
    await expect(log.append([record(quay, 0, 'late')])).rejects.toThrow(EventLogError);
  });
}
