import { expect, test } from 'vitest';
import { noFence, testPorts } from '../batch-fixture.ts';
import { Memory } from './memory.ts';
import type { PortMemory } from './port-memory.ts';
import { Recency } from './recency.ts';
import type { SubjectMemory } from './subject-memory.ts';

function fill(memory: Memory, count: number): { port: PortMemory; subjects: SubjectMemory[] } {
  const port = memory.port('CNDLC' as never);
  port.isComplete = true;
  return { port, subjects: Array.from({ length: count }, (_, i) => port.add(`bill:QXB${i}`)) };
}

test('what was used longest ago is forgotten first, down to the bound', () => {
  const recency = new Recency(1_300);
  const memory = new Memory(testPorts, recency, noFence);
  const { port, subjects } = fill(memory, 4);
  memory.pin(subjects[0] as SubjectMemory);
  memory.release([subjects[0] as SubjectMemory]);
  expect([0, 1, 2, 3].filter((i) => port.get(`bill:QXB${i}`))).toEqual([0, 3]);
  expect(recency.bytes).toBeLessThanOrEqual(1_300);
  expect(recency.count).toBe(2);
});

test('subjects of a batch in flight stay, whatever they weigh', () => {
  const recency = new Recency(1);
  const memory = new Memory(testPorts, recency, noFence);
  const { port, subjects } = fill(memory, 3);
  const [first, second, third] = subjects as [SubjectMemory, SubjectMemory, SubjectMemory];
  memory.pin(first);
  memory.pin(second);
  memory.pin(second);
  memory.pin(third);
  memory.release([second, third]);
  expect([0, 1, 2].map((i) => port.get(`bill:QXB${i}`) !== undefined)).toEqual([true, true, false]);
  memory.release([first, second]);
  expect(recency.count).toBe(0);
  expect(recency.bytes).toBe(0);
});

test('after an eviction an unknown subject may be an old one', () => {
  const recency = new Recency(1);
  const memory = new Memory(testPorts, recency, noFence);
  const { port } = fill(memory, 1);
  memory.release([]);
  expect(port.isComplete).toBe(false);
});

test('an ownership that ends leaves nothing behind, and what another remembers stays', () => {
  const recency = new Recency(1e6);
  const memory = new Memory(testPorts, recency, noFence);
  const { port } = fill(memory, 3);
  const others = fill(new Memory(testPorts, recency, noFence), 2);
  memory.clear();
  expect(recency.count).toBe(2);
  expect(memory.port('CNDLC' as never)).not.toBe(port);
  expect(others.port.get('bill:QXB1')).toBeDefined();
});
