import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askControl, serveControl } from './control-socket.ts';

const warned: string[] = [];
const logger: Logger = { info() {}, warn: (_, message) => warned.push(message), error() {} };
let directory = '';

beforeEach(() => {
  warned.length = 0;
  directory = mkdtempSync(join(tmpdir(), 'clearquay-control-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a command gets what its handler gives, or the sentence of what went wrong', async () => {
  const handlers = {
    add: async () => ({ sum: 3 }),
    fail: async () => {
      throw new Error('the disk is full');
    },
  };
  const control = await serveControl(directory, handlers, logger);
  expect(statSync(join(directory, 'control.sock')).mode & 0o077).toBe(0);
  expect(await Promise.all([askControl(directory, 'add'), askControl(directory, 'add')])).toEqual([{ sum: 3 }, { sum: 3 }]);
  await expect(askControl(directory, 'fail')).rejects.toThrow('the disk is full');
  await expect(askControl(directory, 'sing')).rejects.toThrow('another version');
  await control.close();
  await expect(askControl(directory, 'add')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});

test('one that waits is told when the process ends', async () => {
  const asked = Promise.withResolvers<void>();
  const wait = (): Promise<never> => {
    asked.resolve();
    return new Promise(() => {});
  };
  const control = await serveControl(directory, { wait }, logger);
  const waiting = askControl(directory, 'wait');
  const told = expect(waiting).rejects.toThrow('ended before it was done');
  await asked.promise;
  await control.close();
  await told;
});

test('what a killed process left in the way is replaced, and a directory that can hold no socket is told', async () => {
  writeFileSync(join(directory, 'control.sock'), '');
  const control = await serveControl(directory, { add: async () => 1 }, logger);
  expect(await askControl(directory, 'add')).toBe(1);
  await control.close();
  const tooLong = join(directory, 'x'.repeat(120));
  await (await serveControl(tooLong, {}, logger)).close();
  expect(warned).toEqual([expect.stringContaining('no socket can be opened')]);
});
