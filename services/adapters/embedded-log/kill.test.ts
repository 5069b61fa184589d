import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openEmbeddedLog } from './embedded-log.ts';

const child = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

/** Lets a child append, kills it after so many acknowledgements and gives all that it printed. */
async function appendAndKill(directory: string, acknowledgements: number): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: process_.stdout })) {
    lines.push(line);
    if (lines.length === acknowledgements) process_.kill('SIGKILL');
  }
  if (process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit');
  expect(process_.signalCode).toBe('SIGKILL');
  return lines;
}

test('after SIGKILL every acknowledged append is there, whole or not at all, in order', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'clearquay-kill-'));
  try {
    const acknowledged = await appendAndKill(directory, 400);
    const log = await openEmbeddedLog({ directory });
    const stored = await Promise.all(
      [0, 1].map((partition) => log.read('test.killed.v1', partition, 0, { maxRecords: 100_000, waitMs: 0 })),
    );
    await log.close();
    const [twice = [], once_ = []] = stored.map((records) => records.map(({ value }) => Buffer.from(value ?? []).toString()));
    expect(acknowledged.length).toBeGreaterThanOrEqual(400);
    expect(acknowledged.filter((text) => !once_.includes(text))).toEqual([]);
    expect(twice).toEqual(once_.flatMap((text) => [text, text]));
    for (const writer of [0, 1, 2]) {
      const numbers = once_.filter((text) => text.startsWith(`${writer}/`)).map((text) => Number(text.slice(2)));
      expect(numbers).toEqual(numbers.map((_, at) => at));
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
