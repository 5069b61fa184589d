/* Run as a child by `kill.test.ts`: appends without end and prints the number of every append once it is acknowledged. */
import { openEmbeddedLog } from './embedded-log.ts';

const [directory = ''] = process.argv.slice(2);
const log = await openEmbeddedLog({ directory });
await log.ensureTopics([{ name: 'test.killed.v1', partitions: 2, cleanup: 'delete' }]);

async function appendOnAndOn(writer: number): Promise<never> {
  for (let at = 0; ; at++) {
    const value = Buffer.from(`${writer}/${at}`);
    await log.append([0, 1, 0].map((partition) => ({ topic: 'test.killed.v1', partition, key: null, value })));
    process.stdout.write(`${writer}/${at}\n`);
  }
}

await Promise.all([0, 1, 2].map(appendOnAndOn));
