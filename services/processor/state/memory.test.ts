import { expect, test } from 'vitest';
import { testPartition, testPorts } from '../batch-fixture.ts';
import { Memory } from './memory.ts';
import type { PortMemory } from './port-memory.ts';
import type { SubjectMemory } from './subject-memory.ts';

function fill(memory: Memory, count: number): { port: PortMemory; subjects: SubjectMemory[] } {
  const port = memory.port('CNDLC' as never, testPartition);
  port.isComplete = true;
  return { port, subjects: Array.from({ length: count }, (_, i) => port.add(`bill:QXB${i}`)) };
}

test('what was used longest ago is forgotten first, down to the bound', () => {
  const memory = new Memory(testPorts, 1_300);
  const { port, subjects } = fill(memory, 4);
  memory.pin(subjects[0] as SubjectMemory);
  memory.release([subjects[0] as SubjectMemory]);
  expect([0, 1, 2, 3].filter((i) => port.get(`bill:QXB${i}`))).toEqual([0, 3]);
  expect(memory.bytes).toBeLessThanOrEqual(1_300);
  expect(memory.subjects).toBe(2);
});

test('subjects of a batch in flight stay, whatever they weigh', () => {
  const memory = new Memory(testPorts, 1);
  const { port, subjects } = fill(memory, 3);
  const [first, second, third] = subjects as [SubjectMemory, SubjectMemory, SubjectMemory];
  memory.pin(first);
  memory.pin(second);
  memory.pin(second);
  memory.pin(third);
  memory.release([second, third]);
  expect([0, 1, 2].map((i) => port.get(`bill:QXB${i}`) !== undefined)).toEqual([true, true, false]);
  memory.release([first, second]);
  expect(memory.subjects).toBe(0);
  expect(memory.bytes).toBe(0);
});

test('after an eviction an unknown subject may be an old one', () => {
  const memory = new Memory(testPorts, 1);
  const { port } = fill(memory, 1);
  memory.release([]);
  expect(port.isComplete).toBe(false);
});

test('a partition that is given up leaves nothing behind', () => {
  const memory = new Memory(testPorts, 1e6);
  const { port } = fill(memory, 3);
  memory.forget(testPartition);
  expect([memory.subjects, memory.bytes]).toEqual([0, 0]);
  expect(memory.port('CNDLC' as never, testPartition)).not.toBe(port);
});
