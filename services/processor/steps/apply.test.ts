import { expect, test } from 'vitest';
import { decodedRecord, dischargeRecord, noFence, testBatch, testPorts } from '../batch-fixture.ts';
import type { EventRecord } from '../event-from-record.ts';
import { Memory } from '../state/memory.ts';
import { Recency } from '../state/recency.ts';
import { type AppliedPort, apply } from './apply.ts';
import { validate } from './validate.ts';

const freshMemory = (): Memory => {
  const memory = new Memory(testPorts, new Recency(1e6), noFence);
  memory.port('CNDLC' as never).isComplete = true;
  return memory;
};

const applied = (memory: Memory, batch: ReturnType<typeof testBatch>, ...values: EventRecord[]): AppliedPort[] =>
  apply(
    batch,
    validate(
      batch,
      values.map((value, offset) => decodedRecord(value, { offset })),
      testPorts,
    ),
    memory,
  );

test('the same event counts once, within a batch and across batches', () => {
  const memory = freshMemory();
  const first = testBatch(1);
  expect(applied(memory, first, dischargeRecord(), dischargeRecord())[0]?.events).toHaveLength(1);
  const second = testBatch(2);
  expect(applied(memory, second, dischargeRecord())).toEqual([]);
  expect([first.counts, second.counts]).toMatchObject([
    { applied: 1, duplicate: 1 },
    { applied: 0, duplicate: 1 },
  ]);
});

test('the same id with another body is refused and the first one stands', () => {
  const memory = freshMemory();
  const batch = testBatch(1);
  applied(memory, batch, dischargeRecord(), dischargeRecord({ details: '{"full":false}' }));
  expect(batch.refusals).toMatchObject([{ stage: 'apply', problem: { code: 'CQ_EVENT_CONFLICT' }, record: { offset: 1 } }]);
  const port = memory.port('CNDLC' as never);
  expect(port.events('container:QXRU0000015').map((e) => e.details)).toEqual([{ full: true }]);
});

test('a link stands at both ends once, also when its event is taken over', () => {
  const memory = freshMemory();
  applied(memory, testBatch(1), dischargeRecord());
  const [again] = applied(memory, testBatch(2, [0]), dischargeRecord());
  const port = memory.port('CNDLC' as never);
  expect(port.links('container:QXRU0000015', 'call')).toHaveLength(1);
  expect(port.links('call:9319466:CNDLC:126W', 'container')).toEqual(port.links('container:QXRU0000015', 'call'));
  expect([...(again?.takenOver ?? [])]).toContain('container:QXRU0000015');
  expect(again?.events.map((e) => e.isNew)).toEqual([false]);
});

test('what a former owner left is taken over once, also when its stamp is that of the batch', () => {
  const memory = freshMemory();
  applied(memory, testBatch(1), dischargeRecord());
  const [again] = applied(memory, testBatch(1, [0, 1]), dischargeRecord(), dischargeRecord());
  expect(again?.events.map((e) => e.isNew)).toEqual([false]);
});

test('a move that names a call does not reach the other boxes of the call', () => {
  const [port] = applied(freshMemory(), testBatch(1), dischargeRecord());
  expect([...(port?.starts ?? [])]).toEqual(['container:QXRU0000015']);
});

test('a cancellation reaches what its target had linked', () => {
  const memory = freshMemory();
  const subject = { type: 'container' as const, id: 'QXRU0000015', kind: null };
  const bill = { type: 'bill', id: 'QXB1', kind: null, relation: null };
  const linked = dischargeRecord({ id: 'e2', agency: 'carrier', code: 'carrier.bill-linked', subject, references: [bill], details: null });
  const onCarrierTopic = { topic: 'clearquay.carrier.v1' };
  const batch = testBatch(1);
  apply(batch, validate(batch, [decodedRecord(linked, onCarrierTopic)], testPorts), memory);
  const cancel = { ...linked, id: 'e3', action: 'cancel', replaces: { source: linked.source, id: 'e2' }, references: [] };
  const next = testBatch(2);
  const [port] = apply(next, validate(next, [decodedRecord(cancel, onCarrierTopic)], testPorts), memory);
  expect(port?.starts).toEqual(new Set(['container:QXRU0000015', 'bill:QXB1']));
});
