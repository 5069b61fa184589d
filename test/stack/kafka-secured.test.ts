import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { findJava } from '@clearquay/cli/servers/java.ts';
import { type KafkaServers, startKafka } from '@clearquay/cli/servers/kafka.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { berths, createHolder, quay, readAll, record, textOf } from '../contract/log-records.ts';

const directory = mkdtempSync(join(tmpdir(), 'clearquay-keys-'));
const store = join(directory, 'broker.p12');
const password = 'only-for-this-test';

/** Runs the tool that comes with Java on the broker's key store. */
const keytool = (...args: string[]): string =>
  execFileSync(join(dirname(findJava(17) ?? ''), 'keytool'), [...args, '-alias', 'broker', '-keystore', store, '-storepass', password], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

let kafka: KafkaServers;
let ca: string;
beforeAll(async () => {
  keytool('-genkeypair', '-keyalg', 'EC', '-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1', '-validity', '2', '-storetype', 'PKCS12');
  ca = keytool('-exportcert', '-rfc');
  const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  kafka = await startKafka({
    protocol: 'SASL_SSL',
    properties: {
      'sasl.enabled.mechanisms': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.clients.plain.sasl.jaas.config': `${module} required username="broker" password="${password}" user_broker="${password}" user_clearquay="${password}";`,
      'ssl.keystore.location': store,
      'ssl.keystore.password': password,
      'ssl.truststore.location': store,
      'ssl.truststore.password': password,
    },
  });
});
afterAll(async () => {
  await kafka?.stop();
  rmSync(directory, { recursive: true });
});

const credentials = { mechanism: 'PLAIN', username: 'clearquay', password } as const;

test('everything goes over TLS under a name and a password', async () => {
  const log = openKafkaLog({ brokers: kafka.bootstrap, credentials, tls: { ca } });
  await log.ensureTopics([quay, berths]);
  await log.append([record(quay, 0, 'sealed')]);
  expect((await readAll(log, quay, 0)).map(textOf)).toEqual(['sealed']);
  const holder = createHolder();
  await log.join('g', [quay.name], holder.own);
  const [owned] = await holder.holds(quay.partitions);
  expect((await owned?.poll({ maxRecords: 5, waitMs: 1_000 }))?.map(textOf)).toEqual(['sealed']);
  await owned?.commit(new Map([[quay.name, 1]]));
  await log.close();
});

test.each([
  ['a wrong password', () => ({ credentials: { ...credentials, password: 'guessed' }, tls: { ca } })],
  ['no password', () => ({ tls: { ca } })],
  ['a certificate that is not trusted', () => ({ credentials, tls: {} })],
  ['no TLS', () => ({ credentials })],
])('%s is refused in time, without telling the password', async (_, options) => {
  const log = openKafkaLog({ brokers: kafka.bootstrap, ...options() });
  const refusal = await log.ensureTopics([quay]).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(EventLogError);
  expect(String(refusal)).not.toContain(password);
  await log.close();
});
