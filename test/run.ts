import { type SpawnOptions, spawn } from 'node:child_process';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from '@clearquay/cli/servers/programs.ts';
import { findChromium } from './support/chromium.ts';
import { processes, testStack } from './support/test-stack.ts';

/** What `pnpm test` counts: a test, or one of the checks of the whole tree. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const inCi = process.env['CI'] === 'true';
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** The checks of the whole tree, each a program of node_modules/.bin. */
const checks: readonly (readonly [name: string, program: string, ...arguments_: string[]])[] = [
  ['types', 'tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['lint and format', 'biome', 'check', '.'],
  ['dead code', 'knip'],
  ['boundaries', 'depcruise', '--config', '.dependency-cruiser.cjs', 'services', 'schemas', 'seeds'],
];

/** Projects of vitest.config.ts that need more than Node, with the files that they run and what is missing here. */
const needy = [
  { project: 'servers', files: 'test/stack/**/*.servers.test.ts', missing: testStack.missing() },
  { project: 'stack', files: 'test/stack/**/!(*.servers).test.ts', missing: processes.missing() },
  {
    project: 'browser',
    files: 'test/e2e/**/*.browser.test.ts',
    missing: findChromium() ? undefined : 'there is no Chromium: install it, or set CHROMIUM_PATH to its program',
  },
  {
    project: 'python',
    files: 'test/e2e/**/*.python.test.ts',
    missing: findPython() ? undefined : 'there is no Python 3 (python3), in which an example for partners is written: install it',
  },
];

function run(
  program: string,
  arguments_: readonly string[],
  stdio: SpawnOptions['stdio'],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', program), arguments_, { cwd: root, stdio });
    let output = '';
    const keep = (data: Buffer) => {
      output += data;
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

async function runChecks(): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const [name, program, ...arguments_] of checks) {
    const { ok, output } = await run(program, arguments_, ['ignore', 'pipe', 'pipe']);
    say(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
    if (!ok) say(output);
    counts.push({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
  }
  return counts;
}

/** Names what this machine cannot run; where everything must run, that is a failure per file. */
async function countMissing(): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const { project, files, missing } of needy) {
    if (missing === undefined) continue;
    for await (const file of glob(files, { cwd: root })) {
      say(`cannot run ${file} (${project}): ${missing}`);
      counts.push({ passed: 0, failed: inCi ? 1 : 0, skipped: inCi ? 0 : 1 });
    }
  }
  return counts;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

async function runVitest(): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'clearquay-test-'));
  const report = join(directory, 'report.json');
  const without = needy.filter(({ missing }) => missing !== undefined).map(({ project }) => `--project=!${project}`);
  const { ok } = await run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...without],
    'inherit',
  );
  const text = await readFile(report, 'utf8').catch(() => undefined);
  await rm(directory, { recursive: true });
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }: VitestReport = JSON.parse(text);
  // A file that cannot even be loaded fails without a failed test in it.
  const broken = testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed')).length;
  const failed = numFailedTests + broken;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1), skipped: numPendingTests + numTodoTests };
}

const counts = [...(await runChecks()), await runVitest(), ...(await countMissing())];
const sum = (of: keyof Counts): number => counts.reduce((total, count) => total + count[of], 0);
say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
