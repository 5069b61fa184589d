import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { type Broker, createBroker } from './broker-process.ts';
import { type BrokerProxy, startBrokerProxy } from './broker-proxy.ts';
import { kafkaJars } from './kafka-jars.ts';

/** Brokers of one cluster, for tests and measurements on this machine. */
export interface KafkaServers {
  readonly brokers: readonly Broker[];
  /** Addresses of all brokers. */
  readonly bootstrap: readonly string[];
  /** The proxy before each broker; none unless asked for. */
  readonly proxies: readonly BrokerProxy[];
  /** Kills every broker and removes all data. */
  stop(): Promise<void>;
}

export interface KafkaServersOptions {
  /** Brokers of the cluster, each of them a controller too. Default 1. */
  readonly brokers?: number;
  /** Of the listener for clients, which brokers use among themselves too. Default PLAINTEXT. */
  readonly protocol?: 'PLAINTEXT' | 'SASL_SSL';
  /** Whether everybody reaches every broker through a proxy of its own. Default false. */
  readonly isProxied?: boolean;
  /** Properties of every broker over the usual ones. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Groups form at once and the smallest session is short, so that nobody waits for anything but conditions. */
export const quickGroups = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '500',
  'offsets.topic.num.partitions': '1',
  'auto.create.topics.enable': 'false',
  'log.retention.check.interval.ms': '1000',
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '400',
};

/** Starts a cluster of plain processes on loopback ports. Needs `java` and, for the first time, `mvn`. */
export async function startKafka({
  brokers = 1,
  protocol = 'PLAINTEXT',
  isProxied = false,
  properties = {},
}: KafkaServersOptions = {}): Promise<KafkaServers> {
  const jars = await kafkaJars();
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-kafka-'));
  const nodes: { readonly id: number; readonly client: number; readonly controller: number }[] = [];
  const proxies: BrokerProxy[] = [];
  for (let id = 1; id <= brokers; id++) {
    const client = await claimPort(0);
    nodes.push({ id, client, controller: await claimPort(0) });
    if (isProxied) proxies.push(await startBrokerProxy({ port: client }));
  }
  const voters = nodes.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(',');
  const replicas = String(Math.min(brokers, 3));
  const cluster = await Promise.all(
    nodes.map(({ id, client, controller }, n) => {
      const address = `127.0.0.1:${proxies[n]?.port ?? client}`;
      const home = join(directory, `broker-${id}`);
      mkdirSync(home);
      return createBroker({
        jars,
        directory: home,
        address,
        properties: {
          'node.id': String(id),
          'process.roles': 'broker,controller',
          listeners: `CLIENTS://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}`,
          'advertised.listeners': `CLIENTS://${address}`,
          'inter.broker.listener.name': 'CLIENTS',
          'listener.security.protocol.map': `CLIENTS:${protocol},CONTROLLER:PLAINTEXT`,
          'controller.listener.names': 'CONTROLLER',
          'controller.quorum.voters': voters,
          'log.dirs': join(home, 'data'),
          'offsets.topic.replication.factor': replicas,
          'default.replication.factor': replicas,
          'transaction.state.log.replication.factor': replicas,
          'transaction.state.log.min.isr': '1',
          ...quickGroups,
          ...properties,
        },
      });
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all([...cluster.map((broker) => broker.stop('SIGKILL')), ...proxies.map((proxy) => proxy.close())]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(cluster.map((broker) => broker.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: cluster, bootstrap: cluster.map(({ address }) => address), proxies, stop };
}
