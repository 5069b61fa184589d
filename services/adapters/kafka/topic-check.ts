import { setTimeout as delay } from 'node:timers/promises';
import type { TopicSpec } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { ConfigResourceTypes } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { isAnswer } from './failure.ts';
import { maxMessageBytes } from './kafka-options.ts';

const forever = '-1';
const settleMs = 30_000;
const settlePauseMs = 100;

/**
 * How a topic has to stand. The time of a record is that of its append, as the port has it; a producer's clock would
 * decide on retention otherwise.
 */
const configurationOf = ({ cleanup, retentionMs }: TopicSpec): Readonly<Record<string, string>> => ({
  'cleanup.policy': cleanup,
  'retention.ms': retentionMs === undefined ? forever : String(retentionMs),
  'message.timestamp.type': 'LogAppendTime',
  'max.message.bytes': String(maxMessageBytes),
});

/** Retention and the size of messages may be more than is needed. */
function suffices(key: string, wanted: string, stands: string): boolean {
  if (stands === wanted) return true;
  if (key === 'max.message.bytes') return Number(stands) >= Number(wanted);
  return key === 'retention.ms' && (stands === forever || (wanted !== forever && Number(stands) >= Number(wanted)));
}

async function create({ ask }: Cluster, spec: TopicSpec, replicas: number | undefined): Promise<void> {
  const configs = Object.entries(configurationOf(spec)).map(([name, value]) => ({ name, value }));
  if (replicas !== undefined) configs.push({ name: 'min.insync.replicas', value: String(Math.max(1, replicas - 1)) });
  await ask(`create topic ${spec.name}`, async (admin) => {
    try {
      await admin.createTopics({ topics: [spec.name], partitions: spec.partitions, configs, ...(replicas !== undefined && { replicas }) });
    } catch (error) {
      // Another process was faster; whether it stands as it has to is checked next.
      if (!isAnswer(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    }
  });
}

/** A new topic is known to all brokers, and led, a moment later. Rejects with what is wrong when it takes too long. */
async function settle(cluster: Cluster, { name, partitions }: TopicSpec, isNew: boolean): Promise<void> {
  for (const deadline = performance.now() + settleMs; ; await delay(settlePauseMs)) {
    cluster.forget();
    try {
      const places = await cluster.topic(name);
      if (!isNew || Array.from({ length: partitions }, (_, at) => places.leader(at)).every((leader) => leader !== undefined)) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) throw new EventLogError('CQ_UNAVAILABLE', `Nobody leads some partitions of topic ${name}`);
  }
}

/** The settings of a topic. Brokers that hear of a new topic later than others answer meanwhile that there is none. */
const settingsOf = ({ ask }: Cluster, name: string, configurationKeys: string[]): Promise<Map<string, string | null>> =>
  ask(`read the settings of topic ${name}`, async (admin) => {
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configurationKeys }];
    for (const deadline = performance.now() + settleMs; ; await delay(settlePauseMs)) {
      try {
        const [described] = await admin.describeConfigs({ resources });
        return new Map(described?.configs.map((it) => [it.name, it.value ?? null]));
      } catch (error) {
        if (!isAnswer(error, 'UNKNOWN_TOPIC_OR_PARTITION') || performance.now() > deadline) throw error;
      }
    }
  });

async function problemsOf(cluster: Cluster, spec: TopicSpec): Promise<string[]> {
  const { name } = spec;
  const { partitions } = await cluster.topic(name);
  const problems: string[] = [];
  if (partitions !== spec.partitions)
    problems.push(
      `Topic ${name} stands with ${partitions} partitions, not ${spec.partitions}: stop everything, copy its records elsewhere, delete it, ` +
        'run clearquay migrate, and copy them back by their keys (what comes again counts once)',
    );
  const wanted = configurationOf(spec);
  const settings = await settingsOf(cluster, name, Object.keys(wanted));
  for (const [key, value] of Object.entries(wanted)) {
    const stands = settings.get(key) ?? '';
    if (!suffices(key, value, stands)) problems.push(`Topic ${name} has ${key}=${stands}: set ${key}=${value}`);
  }
  return problems;
}

/** Creates the topics that are missing, and throws with all that is wrong about those that stand. */
export async function ensureTopics(cluster: Cluster, specs: readonly TopicSpec[], replicas: number | undefined): Promise<void> {
  const standing = new Set(await cluster.ask('list topics', (admin) => admin.listTopics()));
  const missing = specs.filter(({ name }) => !standing.has(name));
  await Promise.all(missing.map((spec) => create(cluster, spec, replicas)));
  await Promise.all(specs.map((spec) => settle(cluster, spec, missing.includes(spec))));
  const problems = (await Promise.all(specs.map((spec) => problemsOf(cluster, spec)))).flat();
  if (problems.length > 0) throw new EventLogError('CQ_UNAVAILABLE', problems.join('. '));
}
