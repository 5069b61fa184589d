import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['services', 'schemas', 'seeds'];

interface Report {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[];
  };
}

/** Runs the boundary check in a directory that has the layout of the repository. */
function check(directory: string): Promise<Report> {
  const arguments_ = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  return new Promise((resolve, reject) => {
    // The exit code is the number of errors; only what cannot be read is a failure here.
    execFile(join(root, 'node_modules/.bin/depcruise'), arguments_, { cwd: directory, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === '') reject(error);
      else resolve(JSON.parse(stdout));
    });
  });
}

/** At least one forbidden import per rule: the file to plant, its text, the rule that must name it (a cycle is named once). */
const planted = [
  ['services/domain/planted-adapter.ts', "import '../adapters/runtime/http-app.ts';", 'services-domain-imports'],
  [
    'services/domain/planted-type.ts',
    "import type { Config } from '../adapters/runtime/config.ts';\nexport type P = Config;",
    'services-domain-imports',
  ],
  ['services/domain/planted-node.ts', "import 'node:fs';", 'domain-is-pure'],
  ['services/adapters/planted.ts', "import '../cli/main.ts';", 'services-adapters-imports'],
  ['services/intake/planted.ts', "import '../adapters/runtime/config.ts';", 'services-intake-imports'],
  ['services/processor/planted.ts', "import '@clearquay/domain/no-such-file.ts';", 'no-unresolved'],
  ['services/gateway/planted.test.ts', "import '../intake/planted.ts';", 'services-are-apart'],
  ['services/gateway/planted.ts', "export const late = () => import('../processor/planted.ts');", 'services-gateway-imports'],
  ['services/sdk/planted.ts', "import '../domain/events/codes.ts';", 'services-sdk-imports'],
  ['schemas/planted.ts', "import '../seeds/planted.ts';", 'schemas-imports'],
  ['seeds/planted.ts', "import '../test/integration/boundaries.test.ts';", 'seeds-imports'],
  ['services/cli/planted-one.ts', "import './planted-two.ts';", 'no-cycle'],
  ['services/cli/planted-two.ts', "import './planted-one.ts';", undefined],
] as const;

let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'boundaries-'));
  for (const part of [...folders, 'test', '.dependency-cruiser.cjs', 'package.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, content] of planted) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await writeFile(join(copy, file), `${content}\n`);
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

test('the check sees the modules of every folder and their imports', async () => {
  const { modules } = await check(root);
  const own = modules.filter(({ source }) => folders.some((folder) => source.startsWith(`${folder}/`)));
  expect(own.length).toBeGreaterThan(100);
  expect(own.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(300);
  for (const service of ['domain', 'adapters', 'intake', 'processor', 'gateway', 'sdk', 'cli']) {
    expect(own.filter(({ source }) => source.startsWith(`services/${service}/`)).length, service).toBeGreaterThan(1);
  }
});

test('an import that is forbidden is reported, whichever rule forbids it', async () => {
  const { violations } = (await check(copy)).summary;
  const found = violations.filter(({ from }) => from.includes('/planted')).map(({ from, rule }) => `${rule.name}: ${from}`);
  for (const [file, , rule] of planted) if (rule) expect(found).toContain(`${rule}: ${file}`);
});
