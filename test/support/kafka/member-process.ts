/*
 * Run as a child by `kafka-group-faults.servers.test.ts`: commits offset 1 of every partition again and again, as long as it
 * believes in the generation in which it joined first.
 */
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';

const [brokers = '', group = '', topic = '', sessionMs = ''] = process.argv.slice(2);
const log = openKafkaLog({ brokers: brokers.split(','), sessionMs: Number(sessionMs) });
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

let first: number | undefined;

await log.join(group, [topic], async (owned) => {
  first ??= owned.generation;
  if (owned.generation !== first) return;
  say(`owns ${owned.partition}`);
  while (!owned.lost.aborted) {
    await owned.poll({ maxRecords: 1, waitMs: 20 });
    try {
      await owned.commit(new Map([[topic, 1]]));
    } catch (error) {
      say(error instanceof PartitionLostError ? `refused ${owned.partition}` : `failed ${String(error)}`);
    }
  }
  say(`returned ${owned.partition}`);
});
