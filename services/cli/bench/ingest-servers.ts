import { apicurioVersion, startRegistry } from '../servers/apicurio.ts';
import { findJava, findMaven } from '../servers/java.ts';
import { startKafka } from '../servers/kafka.ts';
import { kafkaVersion } from '../servers/kafka-jars.ts';
import { CommandFailure } from '../terminal.ts';

/** A Kafka and a schema registry, and what is known of their versions. */
export interface IngestServers {
  readonly brokers: string;
  readonly registry: string;
  readonly versions: { readonly kafka: string; readonly registry: string };
}

/** Members that start together are in the first generation of their group together. */
const oneRound = { 'group.initial.rebalance.delay.ms': '3000' };

/** Takes the servers that are given, and starts the others as plain processes on this machine; what was started is added to `opened`. */
export async function ingestServers(
  given: { readonly kafka?: string; readonly registry?: string },
  opened: AsyncDisposableStack,
): Promise<IngestServers> {
  if (!(given.kafka && given.registry) && !(findJava(21) && findMaven()))
    throw new CommandFailure(
      'Kafka and the registry need Java 21 and Maven here: install both, or name servers with --kafka and --registry.',
    );
  const [kafka, registry] = await Promise.all([
    given.kafka ? undefined : startKafka({ properties: oneRound }).then((k) => opened.adopt(k, (it) => it.stop())),
    given.registry ? undefined : startRegistry().then((r) => opened.adopt(r, (it) => it.remove())),
  ]);
  return {
    brokers: given.kafka ?? kafka?.bootstrap.join(',') ?? '',
    registry: given.registry ?? registry?.url ?? '',
    versions: { kafka: kafka ? kafkaVersion : 'as given', registry: registry ? `Apicurio ${apicurioVersion}` : 'as given' },
  };
}
