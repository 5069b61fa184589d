import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { expect, test } from 'vitest';
import { decodedRecord, dischargeRecord, testBatch, testPorts } from '../batch-fixture.ts';
import type { EventRecord } from '../event-from-record.ts';
import { validate } from './validate.ts';

const refusedWith = (value: EventRecord, key?: string): string[] => {
  const batch = testBatch(1);
  expect(validate(batch, [decodedRecord(value, key === undefined ? {} : { key })], testPorts)).toEqual([]);
  return batch.refusals.map((r) => r.problem.code);
};

test('the rules of intake hold for direct producers', () => {
  expect(refusedWith(dischargeRecord({ subject: { type: 'container', id: 'QXRU0000016', kind: null } }))).toEqual([
    'CQ_CONTAINER_CHECK_DIGIT',
  ]);
  expect(refusedWith(dischargeRecord({ code: 'terminal.vanished' }))).toEqual(['CQ_CODE_UNKNOWN']);
  expect(refusedWith(dischargeRecord({ subject: { type: 'bill', id: 'QXB1', kind: null } }))).toEqual(['CQ_CODE_SUBJECT']);
  expect(refusedWith(dischargeRecord({ details: '{"n":9007199254740993}' }))).toEqual(['CQ_EVENT_SHAPE']);
});

test('an event stands on the topic of its agency, under the key of its port', () => {
  expect(refusedWith(dischargeRecord({ agency: 'customs', code: 'customs.released' }))).toEqual(['CQ_AGENCY_MISMATCH']);
  expect(refusedWith(dischargeRecord(), 'CNYTG')).toEqual(['CQ_PORT_UNKNOWN']);
});

test('an event of another partition is sent on under the canonical key of its port', () => {
  const batch = testBatch(1);
  const call = { type: 'call' as const, id: '9319466:CNYTG:126W', kind: null, relation: null };
  const value = dischargeRecord({ port: 'CNYTG', references: [call] });
  expect(validate(batch, [decodedRecord(value)], testPorts)).toEqual([]);
  expect(batch.reroutes).toMatchObject([{ key: 'CNYTG', partition: partitionOf('CNYTG'), value: new Uint8Array([1]) }]);
  expect(batch.counts).toMatchObject({ rerouted: 1, refused: 0 });
});

test('the alias of a port means the port, as name and as key', () => {
  const [incoming] = validate(testBatch(1), [decodedRecord(dischargeRecord({ port: 'CNDAL' }), { key: 'CNDAL' })], testPorts);
  expect(incoming?.event.port).toBe('CNDLC');
});

test('without a time of receipt the append time stands, and a time far ahead of it is quarantined', () => {
  const day = 24 * 3_600_000;
  const value = dischargeRecord({ receivedAt: null });
  const [fresh] = validate(testBatch(1), [decodedRecord(value)], testPorts);
  expect(fresh?.event).toMatchObject({ receivedAt: Date.UTC(2026, 2, 1, 2), appliedAt: Date.UTC(2026, 2, 2) + 1 });
  expect(fresh?.event.quarantined).toBeUndefined();
  const [ahead] = validate(testBatch(1), [decodedRecord({ ...value, occurredAt: Date.UTC(2026, 2, 1, 2) + day + 1 })], testPorts);
  expect(ahead?.event.quarantined).toBe(true);
});
