/* Run as a child by `kafka-broker-faults.test.ts`: appends without end and prints every text once it is acknowledged. */

import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';

const [brokers = '', topic = '', life = ''] = process.argv.slice(2);
const log = openKafkaLog({ brokers: brokers.split(',') });

async function appendOnAndOn(writer: number): Promise<never> {
  for (let at = 0; ; ) {
    const text = `${life}/${writer}/${at}`;
    try {
      await log.append([{ topic, partition: writer, key: 'CNDLC', value: Buffer.from(text) }]);
      process.stdout.write(`${text}\n`);
      at++;
    } catch (error) {
      if (!(error instanceof EventLogError)) throw error;
    }
  }
}

await Promise.all([0, 1, 2].map(appendOnAndOn));
