import type { Subject } from '@clearquay/domain/events/status-event.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { agencyTopic } from '@clearquay/schemas/topics.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { crashingAt, LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { until } from '../support/until.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

let server: TestWarehouse;
beforeAll(async () => {
  server = await openTestWarehouse();
});
afterAll(() => server.stop());

const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });

test('refused records of a batch that is done again after a crash are dead letters once, each with its bytes', async () => {
  const poison = new Uint8Array([0, 1, 2, 3, 4, 255]);
  for (const [port, point] of [
    ['CNTAO', 'publish'],
    ['CNSHA', 'commit'],
  ] as const) {
    const first = new PortStory(port).tell(12, 'terminal.discharged', box(40), [], { full: true });
    const topic = agencyTopic.terminal;
    const partition = partitionOf(port);
    const directory = await LogDirectory.open();
    await directory.send([first, { ...first, details: { full: false } }]);
    await directory.log.append([{ topic, partition, key: port, value: poison }]);
    const parts = crashingAt(point, { log: directory.log, warehouse: server.warehouse });
    await startProcessor(parts, directory.codec);
    await parts.crashed;
    await directory.reopen();
    const { processor, committed, metrics } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
    await committed(3);
    const told = await directory.deadLetters(port);
    expect(told).toHaveLength(point === 'commit' ? 4 : 2);
    await until('all of them are archived', async () => (await metrics()).includes(`archived_total{table="dead_letters"} ${told.length}`));
    const kept = await server.warehouse.query(
      'SELECT id, code, toUInt32(length(body)) AS size FROM dead_letters FINAL WHERE port = {port:String} ORDER BY log_offset',
      { port },
    );
    expect(kept, point).toEqual([
      { id: `${topic}-${partition}-1`, code: 'CQ_EVENT_CONFLICT', size: told.find((l) => l.offset === 1)?.body.length },
      { id: `${topic}-${partition}-2`, code: 'CQ_SCHEMA_UNKNOWN', size: poison.length },
    ]);
    await processor.close();
    await directory.stop();
  }
});

test('a refused record that lay in a wrong partition and was sent on twice, as after a crash, is one dead letter', async () => {
  const port = 'CNNBO';
  const first = new PortStory(port).tell(12, 'terminal.discharged', box(41), [], { full: true });
  const directory = await LogDirectory.open();
  let isArmed = false;
  const parts = crashingAt('commit', { log: directory.log, warehouse: server.warehouse }, () => isArmed);
  const former = await startProcessor(parts, directory.codec);
  await directory.send([first]);
  await former.committed(1);
  isArmed = true;
  const second = eventRecord({ ...first, details: { full: false } }, Date.now() as never, directory.codec);
  await directory.log.append([{ ...second, partition: second.partition ^ 1 }]);
  await parts.crashed;
  await directory.reopen();
  const { processor, committed, metrics } = await startProcessor({ log: directory.log, warehouse: server.warehouse }, directory.codec);
  await committed(3);
  expect(await directory.deadLetters(port)).toHaveLength(2);
  await until('both are archived', async () => (await metrics()).includes('archived_total{table="dead_letters"} 2'));
  const kept = 'SELECT code, lower(hex(body)) AS body FROM dead_letters FINAL WHERE port = {port:String}';
  const body = Buffer.from(second.value ?? []).toString('hex');
  expect(await server.warehouse.query(kept, { port })).toEqual([{ code: 'CQ_EVENT_CONFLICT', body }]);
  await processor.close();
  await directory.stop();
});
