import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createCluster } from '@clearquay/adapters/kafka/cluster.ts';
import { createGroupCoordinator, type GroupCoordinator } from '@clearquay/adapters/kafka/group-coordinator.ts';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { kafkaSettings } from '@clearquay/adapters/kafka/kafka-options.ts';
import type { EventLog, OwnedPartition, TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import { Admin } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHolder, fired, pollCount, textOf } from '../contract/log-records.ts';
import { startAppending } from '../support/kafka/appending.ts';
import { startCollecting } from '../support/kafka/collecting.ts';
import { type Served, testStack } from '../support/test-stack.ts';
import { until } from '../support/until.ts';

const partitions = 4;
const sessionMs = 2_000;
const memberProcess = fileURLToPath(new URL('../support/kafka/member-process.ts', import.meta.url));

let kafka: Served<readonly string[]>;
beforeAll(async () => {
  kafka = await testStack.kafka();
});
afterAll(() => kafka?.stop());

let log: EventLog;
let topic: TopicSpec;
let group: string;
beforeEach(async () => {
  [group, topic] = [randomUUID(), { name: `test.${randomUUID()}`, partitions, cleanup: 'delete' }];
  log = openKafkaLog({ brokers: kafka.at, sessionMs, drainMs: 3_000 });
  await log.ensureTopics([topic]);
});
afterEach(() => log?.close());

const append = (...texts: string[]) =>
  log.append(texts.map((text) => ({ topic: topic.name, partition: 0, key: 'CNDLC', value: Buffer.from(text) })));

/** Runs an administrator of its own. */
async function administer<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...kafka.at] });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

test('a member that stands still past its session is fenced: what it held is owned by others, and its commits are refused', async () => {
  await append('a', 'b', 'c');
  const child = spawn(process.execPath, [memberProcess, kafka.at.join(','), group, topic.name, String(sessionMs)]);
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const count = (beginning: string) => lines.filter((line) => line.startsWith(beginning)).length;
  try {
    await until('the child owns everything', () => count('owns') === partitions);
    child.kill('SIGSTOP');
    const holder = createHolder();
    await log.join(group, [topic.name], holder.own);
    const held = await holder.holds(partitions);
    await held[0]?.commit(new Map([[topic.name, 3]]));
    child.kill('SIGCONT');
    await until('the child has given everything up', () => count('returned') === partitions);
    // Of what was under way when it stood still, the outcome may be unknown to it.
    expect(lines.filter((line) => /^failed (?!.*(Request timed out|Connection closed)$)/.test(line))).toEqual([]);
    await Promise.all(held.map(({ lost }) => fired(lost)));
    // Whoever holds it now: what was committed last is where it goes on.
    child.kill('SIGKILL');
    await append('d');
    const [owned] = await holder.holds(partitions);
    expect(owned && (await pollCount(owned, 1)).map(textOf)).toEqual(['d']);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a member that has not heard yet that its session ended is told by a commit, also by one that names no offset', async () => {
  const settings = kafkaSettings({ brokers: kafka.at, sessionMs, drainMs: 1_000 });
  const cluster = createCluster(settings);
  const [silent, next] = [0, 1].map(() => createGroupCoordinator(group, [topic.name], { cluster, settings })) as [
    GroupCoordinator,
    GroupCoordinator,
  ];
  try {
    const generation = await silent.join();
    await silent.commit(generation, 0, new Map());
    const successor = await next.join();
    await next.commit(successor, 0, new Map());
    await expect(silent.commit(generation, 0, new Map())).rejects.toThrow(/no longer held/);
    await expect(silent.commit(generation, 0, new Map([[topic.name, 0]]))).rejects.toThrow(/no longer held/);
  } finally {
    await Promise.all([silent.leave(), next.leave()]);
    await cluster.close();
  }
});

test('members that come and go leave no partition with two owners or with none, and lose nothing', async () => {
  const members = [openKafkaLog({ brokers: kafka.at, sessionMs }), openKafkaLog({ brokers: kafka.at, sessionMs })];
  const collecting = startCollecting();
  await log.join(group, [topic.name], collecting.own);
  const appending = startAppending(log, topic.name, partitions);
  for (let round = 0; round < 8; round++) {
    const member = await members[round % 2]?.join(group, [topic.name], collecting.own);
    await appending.more(10);
    await member?.leave();
  }
  await appending.stop();
  const missing = () => [...appending.acknowledged].filter((text) => !collecting.seen.has(text));
  await until('all that was acknowledged is consumed', () => missing().length === 0);
  expect(collecting.shared).toEqual([]);
  expect([...collecting.owned].sort()).toEqual([0, 1, 2, 3]);
  await Promise.all(members.map((member) => member.close()));
});

test('a partition that is given back before its owner has drained waits for it, and finished work stays committed', async () => {
  await append('a', 'b', 'c', 'd');
  const [revoked, drained] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const seen: string[][] = [];
  const own = async (owned: OwnedPartition): Promise<void> => {
    if (owned.partition !== 0) return await fired(owned.lost);
    const texts = (await pollCount(owned, seen.length === 0 ? 4 : 2)).map((record) => textOf(record) ?? '');
    seen.push(texts);
    if (seen.length === 1) await owned.commit(new Map([[topic.name, 2]]));
    await fired(owned.lost);
    revoked.resolve();
    if (seen.length === 1) await drained.promise;
  };
  await log.join(group, [topic.name], own);
  await until('the first owner has read', () => seen.length === 1);
  const other = openKafkaLog({ brokers: kafka.at, sessionMs, drainMs: 3_000 });
  const joining = other.join(group, [topic.name], own).catch(() => 'left');
  await revoked.promise;
  // It cannot join before the first one has drained, and shutting down does not wait for that.
  const started = performance.now();
  await other.close();
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await joining).toBe('left');
  drained.resolve();
  await until('the next owner has read', () => seen.length === 2);
  expect(seen).toEqual([
    ['a', 'b', 'c', 'd'],
    ['c', 'd'],
  ]);
});

test('an owner that does not return is passed over, so that the group goes on without it', async () => {
  const stuck: OwnedPartition[] = [];
  await log.join(group, [topic.name], (owned) => {
    stuck.push(owned);
    return new Promise(() => {});
  });
  await until('everything is held', () => stuck.length === partitions);
  const other = openKafkaLog({ brokers: kafka.at, sessionMs });
  const holder = createHolder();
  await other.join(group, [topic.name], holder.own);
  expect(await holder.holds(partitions / 2)).toHaveLength(partitions / 2);
  await expect(stuck[0]?.commit(new Map([[topic.name, 0]]))).rejects.toThrow(/no longer held/);
  await other.close();
});

test('a group whose next record is gone goes on at the oldest that is left', async () => {
  await append('a', 'b', 'c');
  const first = createHolder();
  const { leave } = await log.join(group, [topic.name], first.own);
  await (await first.holds(partitions))[0]?.commit(new Map([[topic.name, 1]]));
  await leave();
  await administer((admin) => admin.deleteRecords({ topics: [{ name: topic.name, partitions: [{ partition: 0, offset: 2n }] }] }));
  const second = createHolder();
  await log.join(group, [topic.name], second.own);
  const [owned] = await second.holds(partitions);
  expect(owned && (await pollCount(owned, 1)).map((record) => [record.offset, textOf(record)])).toEqual([[2, 'c']]);
  expect((await log.read(topic.name, 0, 0, { maxRecords: 5, waitMs: 0 })).map(textOf)).toEqual(['c']);
});

test('a group that had read further than its log reaches now, or a log of the same name before, goes on at the oldest record', async () => {
  const readOn = async (): Promise<OwnedPartition | undefined> => {
    const holder = createHolder();
    await log.join(group, [topic.name], holder.own);
    return (await holder.holds(partitions))[0];
  };
  await append('a', 'b');
  await (await readOn())?.commit(new Map([[topic.name, 1_000]]));
  await log.close();
  log = openKafkaLog({ brokers: kafka.at, sessionMs });
  const behind = await readOn();
  expect(behind && (await pollCount(behind, 2)).map(textOf)).toEqual(['a', 'b']);
  await behind?.commit(new Map([[topic.name, 2]]));
  await log.close();
  await administer((admin) => admin.deleteTopics({ topics: [topic.name] }));
  log = openKafkaLog({ brokers: kafka.at, sessionMs });
  await until('there is a topic again', () =>
    log
      .ensureTopics([topic])
      .then(() => true)
      .catch(() => false),
  );
  await append('c', 'd', 'e');
  const anew = await readOn();
  expect(anew && (await pollCount(anew, 3)).map(textOf)).toEqual(['c', 'd', 'e']);
});

test('a partition count that was raised on a live topic refuses the next start and names what to do', async () => {
  await administer((admin) => admin.createPartitions({ topics: [{ name: topic.name, count: 8, assignments: null }] }));
  const next = openKafkaLog({ brokers: kafka.at });
  const refusal = () => next.ensureTopics([topic]).then(() => '', String);
  await until('the brokers know the new count', async () => (await refusal()) !== '');
  expect(await refusal()).toMatch(/8 partitions, not 4: .*copy its records elsewhere, delete it, run clearquay migrate/);
  await administer(async (admin) => {
    await admin.deleteTopics({ topics: [topic.name] });
    await until('the topic is gone', async () => !(await admin.listTopics()).includes(topic.name));
  });
  expect(await refusal()).toBe('');
  await next.close();
});

test('settings of a topic that lose data or falsify times are all named with what to set', async () => {
  const configs = [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'max.message.bytes', value: '1000' },
  ];
  const name = `test.${randomUUID()}`;
  await administer((admin) => admin.createTopics({ topics: [name], partitions, configs }));
  const problems = await log.ensureTopics([{ name, partitions, cleanup: 'delete', retentionMs: 30 * 86_400_000 }]).catch(String);
  expect(problems).toContain(`Topic ${name} has cleanup.policy=compact: set cleanup.policy=delete`);
  expect(problems).toContain('set retention.ms=2592000000');
  expect(problems).toContain('set message.timestamp.type=LogAppendTime');
  expect(problems).toContain('set max.message.bytes=8388608');
});
