import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function logged(fields: object, level: 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  createLogger(level, { write: (line) => lines.push(line) }).info(fields, 'taken');
  return lines;
}

test('a log line is one line of JSON with its fields, whatever they hold', () => {
  const lines = logged({ partner: 'a\nb\u001b[31m' });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trim()).not.toContain('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'taken', partner: 'a\nb\u001b[31m' });
});

test('tokens, keys, plates, contacts and bodies do not reach the log', () => {
  const [line] = logged({
    token: 'S1',
    config: { adminKey: 'S2' },
    request: { headers: { authorization: 'S3' } },
    truck: { plate: 'S4', contact: 'S5' },
    body: 'S6',
  });
  expect(line).not.toMatch(/S\d/);
});

test('lines below the level are not written', () => {
  expect(logged({}, 'warn')).toEqual([]);
});
