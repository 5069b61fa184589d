import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@clearquay/seeds/generator/random.ts';
import { apiKeys, type BrokerProxy } from '../servers/broker-proxy.ts';
import { clickHouseFaults } from './clickhouse-faults.ts';
import type { ServicesOnKafka } from './services-on-kafka.ts';

/** Injects a fault for a time and ends it; resolves when what was taken away is there again. */
export type KafkaFault = (services: ServicesOnKafka, ms: number, random: Random) => Promise<void>;

/** Longer than a member of a group may be silent (8 s). */
const pastSessionMs = 10_000;
const processors = ['processor 1', 'processor 2'] as const;
const isProduct = (client: string): boolean => client.startsWith('clearquay');

/** Lets something happen to the requests at some proxies for a time. */
async function atProxies(proxies: readonly BrokerProxy[], decide: BrokerProxy['onRequest'], ms: number): Promise<void> {
  for (const proxy of proxies) proxy.onRequest = decide;
  await sleep(ms);
  for (const proxy of proxies) proxy.onRequest = () => 'pass';
}

const clickHouse =
  (fault: keyof typeof clickHouseFaults): KafkaFault =>
  async ({ clickhouse }, ms) => {
    const end = await clickHouseFaults[fault](clickhouse);
    await sleep(ms);
    await end();
  };

/** Faults by whom they strike: those of different lanes can strike at once. */
export const kafkaFaults = {
  clickhouse: {
    'ClickHouse down': clickHouse('down'),
    'ClickHouse silent': clickHouse('silent'),
    'ClickHouse killed again and again': clickHouse('killed again and again'),
  },
  processors: {
    'processor killed': async (services, ms, random) => {
      const victim = random.pick(processors);
      await services.stop(victim, 'SIGKILL');
      await sleep(ms);
      await services.start(victim);
    },
    'processor stopped past its session': async (services, ms, random) => {
      const { process } = services.running(random.pick(processors));
      process.kill('SIGSTOP');
      await sleep(Math.max(ms, pastSessionMs));
      process.kill('SIGCONT');
    },
  },
  brokers: {
    'brokers restarted in turn': async ({ kafka }) => {
      for (const broker of kafka.brokers) {
        await broker.stop('SIGTERM');
        await broker.start();
      }
    },
    'clients cut off from a broker': ({ kafka }, ms, random) =>
      atProxies([random.pick(kafka.proxies)], ({ client }) => (isProduct(client) ? 'cut' : 'pass'), ms),
    'answers to commits lost': ({ kafka }, ms) =>
      atProxies(kafka.proxies, ({ api }) => (api === apiKeys.offsetCommit ? 'no-answer' : 'pass'), ms),
    'a broker that answers no client': ({ kafka }, ms, random) =>
      atProxies([random.pick(kafka.proxies)], ({ client }) => (isProduct(client) ? 'no-answer' : 'pass'), ms),
    'a follower cut off': ({ kafka }, ms, random) => {
      const follower = `broker-${1 + random.int(kafka.brokers.length)}-fetcher`;
      return atProxies(kafka.proxies, ({ client }) => (client.startsWith(follower) ? 'cut' : 'pass'), ms);
    },
  },
  registry: {
    'registry away': async ({ registry }, ms) => {
      await registry.kill();
      await sleep(ms);
      await registry.start();
    },
  },
} as const satisfies Record<string, Record<string, KafkaFault>>;
