import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { parseConfig } from '@clearquay/adapters/runtime/config.ts';
import { type AccessOptions, serverAccess } from '../server-access.ts';
import { CommandFailure, painter, plain } from '../terminal.ts';

/** What one check found: fine, worth knowing, or in the way; with what to do. */
interface Finding {
  readonly state: 'ok' | 'note' | 'bad';
  readonly what: string;
}

type Check = (options: AccessOptions) => Promise<Finding>;

const ok = (what: string): Finding => ({ state: 'ok', what });
const note = (what: string): Finding => ({ state: 'note', what });
const bad = (what: string): Finding => ({ state: 'bad', what });
const gibibyte = 1024 ** 3;
const dataDirectory = (options: AccessOptions): string => resolve(options.data ?? process.env['CLEARQUAY_DATA_DIR'] ?? '.clearquay');

const nodeVersion: Check = async () =>
  Number(process.versions.node.split('.')[0]) >= 24
    ? ok(`Node ${process.versions.node}`)
    : bad(`Node ${process.versions.node} is too old: call it through pnpm, which brings Node 24 along.`);

const settings: Check = async () => {
  const parsed = parseConfig(process.env);
  return parsed.ok ? ok('settings of the environment') : bad(parsed.error.map((p) => `${p.key}: ${p.remedy}`).join(' '));
};

const engine: Check = async () => {
  const name = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  try {
    const require = createRequire(import.meta.url);
    const adapter = createRequire(require.resolve('@clearquay/adapters/clickhouse/embedded-server.ts'));
    createRequire(adapter.resolve('chdb')).resolve(`${name}/package.json`);
    return ok(`embedded ClickHouse (${name})`);
  } catch {
    return bad(`${name} is not installed. Linux with glibc and macOS have one; elsewhere set CLEARQUAY_CLICKHOUSE_URL.`);
  }
};

const directory: Check = async (options) => {
  const path = dataDirectory(options);
  const found = await stat(path).catch(() => undefined);
  if (found && (found.mode & 0o077) !== 0) return bad(`${path} is open to others: run chmod 700 ${path}.`);
  try {
    await access(found ? path : dirname(path), constants.W_OK);
    return ok(found ? `data directory ${path}` : `data directory ${path} (will be made)`);
  } catch {
    return bad(`${path} cannot be written: choose another with --data or CLEARQUAY_DATA_DIR.`);
  }
};

const space: Check = async (options) => {
  const path = dataDirectory(options);
  const disk = await statfs(path).catch(() => statfs(dirname(path)));
  const free = disk.bavail * disk.bsize;
  const text = `${(free / gibibyte).toFixed(1)} GiB free for data`;
  return free < gibibyte ? bad(`${text}: intake refuses with 507 when the log cannot grow.`) : free < 5 * gibibyte ? note(text) : ok(text);
};

/** True when nothing listens on a loopback port. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

/** The server that should answer; when none does, whether its ports are free to start one. */
const server: Check = async (options) => {
  const config = parseConfig(process.env);
  const reach = await serverAccess(options, process.env).catch(() => undefined);
  const url = reach?.url ?? 'http://127.0.0.1:8080';
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (answer) {
    const body = plain(await answer.text()).slice(0, 300);
    return answer.ok ? ok(`server at ${url} is ready`) : bad(`server at ${url} is not ready: ${body}`);
  }
  if (!config.ok) return note('no server answers');
  const taken = [];
  for (const [name, port] of [
    ['CLEARQUAY_PORT', config.value.port],
    ['CLEARQUAY_CLICKHOUSE_HTTP_PORT', config.value.clickhouseHttpPort],
  ] as const)
    if (!(await isFree(port))) taken.push(`${port} (${name})`);
  return taken.length === 0
    ? note(`no server answers at ${url}; its ports are free to start one`)
    : bad(`no server answers at ${url}, and something else uses ${taken.join(' and ')}`);
};

const key: Check = async (options) => {
  const reach = await serverAccess(options, process.env).catch((error: Error) => error.message);
  if (typeof reach === 'string') return note(reach);
  const answer = await fetch(`${reach.url}/v1/visits?limit=1`, {
    headers: { authorization: `Bearer ${reach.key}` },
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined);
  if (!answer) return note('the key was not tried: no server answers');
  return answer.ok ? ok('the key opens the server') : bad(`the server refuses the key (${answer.status}): pass --key or --data.`);
};

const checks: readonly Check[] = [nodeVersion, settings, engine, directory, space, server, key];

/** Checks what this machine and data directory need; fails when something is in the way. */
export async function doctor(options: AccessOptions): Promise<void> {
  const paint = painter(process.stdout);
  let isFine = true;
  for (const check of checks) {
    const { state, what } = await check(options);
    const mark = { ok: paint('green', '✓'), note: paint('yellow', '•'), bad: paint('red', '✗') }[state];
    process.stdout.write(`${mark} ${what}\n`);
    if (state === 'bad') isFine = false;
  }
  if (!isFine) throw new CommandFailure('Something is in the way; see above.');
}
