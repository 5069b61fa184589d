import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import { expect, test } from 'vitest';
import { encodePosition, positionEntries } from './position.ts';

const record = (topic: string, partition: number): LogRecord => ({ topic, partition, key: null, value: null });

test('a position names the last offset of every topic and partition that carries events, and nothing else', () => {
  const { terminal, customs, deadLetters } = topics;
  const records = [record(terminal.name, 3), record(deadLetters.name, 3), record(customs.name, 3), record(terminal.name, 3)];
  const entries = positionEntries(records, [7, 1, 2, 8]);
  expect(entries).toEqual([
    [terminal.name, 3, 8],
    [customs.name, 3, 2],
  ]);
  expect(JSON.parse(Buffer.from(encodePosition(entries), 'base64url').toString())).toEqual(entries);
});
