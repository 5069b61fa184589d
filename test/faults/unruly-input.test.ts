import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { processorGroup } from '@clearquay/processor/groups.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { createRandom } from '@clearquay/seeds/generator/random.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appliedEvents } from '../support/group/compare-with-fold.ts';
import { FaultRun } from '../support/group/fault-run.ts';
import { openRemoteLog } from '../support/group/remote-log.ts';
import { expectSame } from '../support/port-states.ts';
import { seed } from '../support/seeded-run.ts';
import { until } from '../support/until.ts';
import { contentsOf } from '../support/warehouse-contents.ts';

const mess = { duplicate: 0.1, late: 0.1, lateLink: 0.2, correction: 0.05, cancellation: 0.05 };
let run: FaultRun;
beforeAll(async () => {
  run = await FaultRun.start(seed, 3_200, {}, mess);
});
afterAll(() => run?.close());

const query = <T>(sql: string): Promise<T[]> => run.group.warehouse.query<T>(sql);

/** Kills the processor and starts it again. */
async function restart(): Promise<void> {
  await run.group.signal('processor', 'SIGKILL');
  await run.group.startPart('processor');
}

/** Sets the offsets of the processor, which does not run, to one end of the log. */
async function resetOffsets(to: 'start' | 'end'): Promise<void> {
  const log = await openRemoteLog(run.group.socket);
  const bounds = new Map(await Promise.all(processorGroup.topics.map(async (topic) => [topic, await log.bounds(topic)] as const)));
  let reset = 0;
  const { leave } = await log.join(processorGroup.group, processorGroup.topics, async ({ partition, commit }) => {
    await commit(new Map(processorGroup.topics.map((topic) => [topic, bounds.get(topic)?.[partition]?.[to] ?? 0])));
    reset++;
  });
  await until('all offsets are reset', () => reset === 32);
  await leave();
  await log.close();
}

test(`offsets that are set back and forward while load runs change nothing in the end (seed ${seed})`, async () => {
  const setBack = async (): Promise<void> => {
    const sending = run.send(200);
    await run.group.signal('processor', 'SIGKILL');
    await resetOffsets('start');
    await run.group.startPart('processor');
    await sending;
  };
  const applied = async (): Promise<Set<string>> => new Set(await appliedEvents(run.group.warehouse));
  await setBack();
  await run.group.signal('processor', 'SIGKILL');
  const before = await applied();
  await run.send(100);
  await resetOffsets('end');
  await run.group.startPart('processor');
  await run.send(100);
  await until('what came after the skipped events is applied', async () => (await applied()).size > before.size);
  expect((await applied()).isSupersetOf(run.sender.acknowledged)).toBe(false);
  await setBack();
  await run.expectInvariants();
});

test(`every event three times and the whole log once more change nothing (seed ${seed})`, async () => {
  const events = run.take(500);
  await Promise.all([run.sender.send(events), run.sender.send(events), run.sender.send(events.toReversed())]);
  await run.expectInvariants();
  const before = await contentsOf(run.group.warehouse, 'current');
  await run.group.signal('processor', 'SIGKILL');
  await resetOffsets('start');
  await run.group.startPart('processor');
  await until('the log is read again', async () => {
    const [row] = await query<{ n: string }>(
      `SELECT count() AS n FROM visits FINAL WHERE gone = 0 AND bitShiftRight(revision, 40) = ${await run.epoch()}`,
    );
    return Number(row?.n) === run.subscriber.versions().size;
  });
  await run.expectInvariants();
  expectSame(await contentsOf(run.group.warehouse, 'current'), before);
});

test(`events days out of order, their links, corrections and cancellations first or last, give what their fold gives (seed ${seed})`, async () => {
  const random = createRandom(`${seed}/order`);
  const events = run.take(1_200).map((event) => ({ event, at: random.next() }));
  const sending = run.sender.send(events.sort((a, b) => a.at - b.at).map(({ event }) => event));
  await restart();
  await sending;
  await run.expectInvariants();
});

test(`clocks an hour ahead and an hour behind change no visit; stamps only grow; impossible times are kept out (seed ${seed})`, async () => {
  for (const offset of [3_600_000, -3_600_000, 0]) {
    const sending = run.send(200);
    run.group.clockOffsetMs = offset;
    await restart();
    await run.group.signal('gateway', 'SIGKILL');
    await run.group.startPart('gateway');
    await sending;
  }
  const impossible = ['1970-01-01T00:00:00Z', '2999-12-31T23:59:60Z', '2999-01-01T00:00:00Z'].map((occurredAt, n) => ({
    id: `impossible-${n}`,
    source: 'clock-test',
    port: 'CNDLC',
    code: 'terminal.discharged',
    subject: { type: 'container', id: 'QYSU4100002' },
    occurredAt,
  }));
  const answer = await fetch(new URL('/v1/events', run.group.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${run.group.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events: impossible }),
  });
  const { outcomes } = (await answer.json()) as { outcomes: { status: string; quarantined?: boolean; id?: string }[] };
  for (const outcome of outcomes) expect(outcome.status === 'rejected' || outcome.quarantined, JSON.stringify(outcome)).toBe(true);
  for (const { status, id } of outcomes) if (status === 'accepted') run.sender.acknowledged.add(`clock-test/${id}`);
  await run.expectInvariants();
  const backwards = `SELECT partition FROM (
    SELECT partition, applied_at, lagInFrame(applied_at, 1, toDateTime64(0, 3, 'UTC')) OVER (PARTITION BY partition ORDER BY revision
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before FROM batches WHERE kind = 'batch') WHERE applied_at <= before`;
  expect(await query(backwards)).toEqual([]);
});

test(`poison among good events goes to the dead letters once, bytes and all, and its neighbours are applied (seed ${seed})`, async () => {
  const log = await openRemoteLog(run.group.socket);
  const topic = topics.terminal.name;
  const poison = (n: number): Uint8Array => new Uint8Array([0, 9, 9, 9, 9, n]);
  const sending = run.send(300);
  const placed: string[] = [];
  for (const [n, port] of ['CNDLC', 'CNYTG', 'CNYIK', 'CNJNZ'].entries()) {
    const [offset] = await log.append([{ topic, partition: partitionOf(port), key: port, value: poison(n) }]);
    placed.push(`${topic}-${partitionOf(port)}-${offset} 00090909090${n}`);
  }
  await restart();
  await sending;
  await run.expectInvariants();
  const letters = () =>
    query<{ name: string }>("SELECT concat(id, ' ', lower(hex(body))) AS name FROM dead_letters FINAL WHERE stage = 'decode'");
  await until('all are kept', async () => (await letters()).length >= placed.length);
  expect((await letters()).map(({ name }) => name).sort()).toEqual(placed.sort());
  await log.close();
});
