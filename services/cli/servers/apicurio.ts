import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { claimPort } from '@clearquay/adapters/clickhouse/free-port.ts';
import { cachedDirectory } from './download-cache.ts';
import { findJava, findMaven } from './java.ts';

const run = promisify(execFile);
export const apicurioVersion = '3.3.3';
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

/** A schema registry as a plain process, for tests and measurements on this machine. */
export interface RegistryProcess {
  /** Root of its Confluent API. */
  readonly url: string;
  start(): Promise<void>;
  /** Kills the process; what was registered is kept for the next `start`. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Kills it and removes all data. */
  remove(): Promise<void>;
}

/** Apicurio Registry from Maven Central, unpacked. */
const apicurio = (): Promise<string> =>
  cachedDirectory(`apicurio-registry-${apicurioVersion}`, async (directory) => {
    const artifact = `io.apicurio:apicurio-registry-app:${apicurioVersion}:tar.gz:all`;
    await run(findMaven() ?? 'mvn', ['-B', '-q', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${directory}`]);
    const [archive = ''] = readdirSync(directory);
    await run('tar', ['-xzf', join(directory, archive), '-C', directory]);
    rmSync(join(directory, archive));
  });

/**
 * Starts a registry as a plain process on a loopback port. Needs Java 21 and, for the first time, `mvn`. `storage` are the
 * settings that say where it keeps what is registered; default a file.
 */
export async function startRegistry(storage?: Readonly<Record<string, string>>): Promise<RegistryProcess> {
  const java = findJava(21);
  if (!java) throw new Error('Apicurio Registry needs Java 21: install it, or set JAVA_HOME.');
  const [home, port, management] = await Promise.all([apicurio(), claimPort(0), claimPort(0)]);
  const directory = mkdtempSync(join(tmpdir(), 'clearquay-registry-'));
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const environment = {
    ...process.env,
    QUARKUS_HTTP_HOST: '127.0.0.1',
    QUARKUS_HTTP_PORT: String(port),
    QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
    QUARKUS_MANAGEMENT_PORT: String(management),
    ...(storage ?? { APICURIO_DATASOURCE_URL: `jdbc:h2:file:${directory}/registry` }),
  };
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const registry: RegistryProcess = {
    url,
    async start() {
      const heap = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
      const started = spawn(java, [...heap, '-jar', join(home, 'quarkus-run.jar')], { env: environment, stdio: 'ignore' });
      child = started;
      while (
        !(await fetch(`${url}/subjects`).then(
          (r) => r.ok,
          () => false,
        ))
      ) {
        if (started.exitCode !== null) throw new Error(`Apicurio Registry ended with ${started.exitCode}.`);
        await delay(100);
      }
      // The first schema takes it seconds on a busy machine, longer than its clients wait: it is asked for one that it does not have.
      const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
      await fetch(`${url}/subjects/none`, { method: 'POST', headers, body: JSON.stringify({ schema: '"string"' }) });
    },
    kill,
    signal: (signal) => void child?.kill(signal),
    async remove() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await registry.start();
  return registry;
}
