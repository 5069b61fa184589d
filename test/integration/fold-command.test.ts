import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inOrderOfReceipt } from '@clearquay/seeds/scenarios/play-scenario.ts';
import { loadScenario } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
let directory = '';

const clearquay = (...arguments_: readonly string[]) =>
  run(process.execPath, ['services/cli/main.ts', 'fold', ...arguments_], { cwd: root, env: { ...process.env, NO_COLOR: '1' } });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clearquay-fold-'));
});

afterAll(() => rm(directory, { recursive: true }));

async function eventsOf(name: string, ...more: readonly string[]): Promise<string> {
  const scenario = loadScenario(name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const file = join(directory, `${name}-${more.length}.jsonl`);
  await writeFile(file, [...inOrderOfReceipt(scenario).map((d) => JSON.stringify(d.event)), ...more].join('\n'));
  return file;
}

test('a file of events becomes one JSON document as of the time that is asked for', async () => {
  const { stdout, stderr } = await clearquay(await eventsOf('s02-inspection-without-attendance'), '--at', '2026-03-10T00:00:00+08:00');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    visits: [{ container: 'YTPU2000016', status: 'closed', readiness: { pickup: { verdict: 'not-applicable' } } }],
    bills: [{ id: 'YTB0000002' }],
    declarations: [{ id: '420120261000000002', state: 'released' }],
    calls: [{ id: '9321483:CNYTG:031N' }],
    findings: [],
  });
});

test('a bad line is a finding, counted on standard error, and no failure', async () => {
  const { stdout, stderr } = await clearquay(await eventsOf('s01-plain-import', '{"id": 7'), '--at', '2026-03-10T00:00:00Z');
  expect(JSON.parse(stdout).findings).toMatchObject([{ line: 28, code: 'CQ_JSON_INVALID' }]);
  expect(stderr).toContain('1 line(s)');
});

test('parties after --view see what is theirs', async () => {
  const { stdout } = await clearquay(await eventsOf('s04-groupage'), '--view', 'YKALPHA', 'NOBODY');
  expect(JSON.parse(stdout).bills).toMatchObject([{ id: 'YKH0000041', state: 'released' }]);
  expect(stdout).not.toMatch(/YKH000004[23]/);
});

test('a file or time that cannot be read ends with status 2 and a sentence', async () => {
  await expect(clearquay(join(directory, 'none.jsonl'))).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be read'),
  });
  await expect(clearquay(await eventsOf('s01-plain-import'), '--at', 'noon')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--at'),
  });
});
