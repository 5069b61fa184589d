import { existsSync } from 'node:fs';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { startRegistry } from '@clearquay/cli/servers/apicurio.ts';
import { findJava, findMaven } from '@clearquay/cli/servers/java.ts';
import { quickGroups, startKafka } from '@clearquay/cli/servers/kafka.ts';
import { readCompose } from './compose.ts';

/** A server under test, wherever it runs. */
export interface Served<T> {
  readonly at: T;
  /** Ends it and removes its data, where it was started for the test. */
  stop(): Promise<void>;
}

/** Where Kafka and the schema registry of a test come from. */
interface TestStack {
  /** What this machine lacks for it, and the remedy. */
  missing(): string | undefined;
  /** Of an empty cluster that permits sessions of half a second: bootstrap brokers. */
  kafka(): Promise<Served<readonly string[]>>;
  /** Root of the Confluent API of an empty registry. */
  registry(): Promise<Served<string>>;
}

/** Plain processes, fetched from Maven Central. */
export const processes: TestStack = {
  missing: () =>
    findJava(21) && findMaven()
      ? undefined
      : 'there is no Java 21 or no Maven, which fetch and run Kafka and a schema registry: install both, or set JAVA_HOME',
  async kafka() {
    const { bootstrap, stop } = await startKafka();
    return { at: bootstrap, stop };
  },
  async registry() {
    const { url, remove } = await startRegistry();
    return { at: url, stop: remove };
  },
};

/** The images of `docker-compose.yml`. */
const containers: TestStack = {
  missing: () =>
    process.env['DOCKER_HOST'] || existsSync('/var/run/docker.sock')
      ? undefined
      : 'there is no container engine (/var/run/docker.sock): start one, set DOCKER_HOST, or leave CLEARQUAY_TEST_STACK out',
  async kafka() {
    const { GenericContainer, Wait } = await import('testcontainers');
    const { image, environment } = composed('kafka');
    // Clients go where the broker says that it is, so it listens on one and the same port inside and outside.
    const port = await claimPort(0);
    const places = {
      KAFKA_LISTENERS: `CLIENTS://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `CLIENTS://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@127.0.0.1:9093',
    };
    const quick = Object.entries(quickGroups).map(([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll('.', '_')}`, value]);
    const container = await new GenericContainer(image)
      .withEnvironment({ ...environment, ...places, ...Object.fromEntries(quick) })
      .withExposedPorts({ container: port, host: port })
      .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
      .start();
    return { at: [`127.0.0.1:${port}`], stop: async () => void (await container.stop()) };
  },
  async registry() {
    const { GenericContainer, Wait } = await import('testcontainers');
    const path = '/apis/ccompat/v7';
    const container = await new GenericContainer(composed('registry').image)
      .withExposedPorts(8080)
      .withWaitStrategy(Wait.forHttp(`${path}/subjects`, 8080))
      .start();
    const at = `http://${container.getHost()}:${container.getMappedPort(8080)}${path}`;
    return { at, stop: async () => void (await container.stop()) };
  },
};

const brokers = 'CLEARQUAY_TEST_KAFKA';
const registry = 'CLEARQUAY_TEST_REGISTRY';

/** Servers that somebody else runs. */
const external: TestStack = {
  missing: () =>
    process.env[brokers] && process.env[registry]
      ? undefined
      : `${brokers} (host:port,…) and ${registry} (URL of its Confluent API) are not set`,
  kafka: async () => ({ at: variable(brokers).split(','), stop: async () => {} }),
  registry: async () => ({ at: variable(registry), stop: async () => {} }),
};

const stacks: Readonly<Record<string, TestStack>> = { processes, containers, external };
const name = process.env['CLEARQUAY_TEST_STACK'] ?? 'processes';

/** The stack that `CLEARQUAY_TEST_STACK` names: `processes` (default), `containers` or `external`. */
export const testStack: TestStack = stacks[name] ?? refuse(`CLEARQUAY_TEST_STACK is ${name}: set it to ${Object.keys(stacks).join(', ')}`);

function composed(service: string) {
  const found = readCompose({ CLICKHOUSE_PASSWORD: 'password', CLEARQUAY_ADMIN_KEY: 'key-for-tests' })[service];
  return found ?? refuse(`docker-compose.yml has no service ${service}`);
}

function variable(key: string): string {
  return process.env[key] ?? refuse(`CLEARQUAY_TEST_STACK=external needs ${key}`);
}

function refuse(reason: string): never {
  throw new Error(reason);
}
