import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findJava } from './java.ts';

const heap = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const started = 'Kafka Server started';

/** One broker of a cluster, which is a controller too. */
export interface Broker {
  /** `host:port` for clients. */
  readonly address: string;
  /** Resolves when the broker takes requests. */
  start(): Promise<void>;
  /** Ends the process: `SIGTERM` lets it hand its partitions over, `SIGKILL` does not. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal and does not wait: `SIGSTOP` and `SIGCONT` pause a broker. */
  signal(signal: NodeJS.Signals): void;
}

/** What a broker is started with. `properties` are those of `server.properties`. */
export interface BrokerDeps {
  readonly jars: string;
  readonly directory: string;
  readonly address: string;
  readonly properties: Readonly<Record<string, string>>;
}

function java(jars: string, main: string, ...arguments_: string[]): ChildProcess {
  const child = spawn(findJava(17) ?? 'java', [...heap, '-cp', join(jars, '*'), main, ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/** Collects what a process says, and resolves once it said `words`; rejects when it ends before. */
function said(child: ChildProcess, words: string, logFile: string): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    const hear = (data: Buffer): void => {
      appendFileSync(logFile, data);
      text = (text + data).slice(-20_000);
      if (text.includes(words)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`Kafka ended (${code ?? signal}):\n${text}`)));
  });
}

/** Formats the storage of a broker, which is then ready to start. */
export async function createBroker({ jars, directory, address, properties }: BrokerDeps): Promise<Broker> {
  const file = join(directory, 'server.properties');
  const logFile = join(directory, 'server.log');
  await writeFile(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const format = java(jars, 'kafka.tools.StorageTool', 'format', '--cluster-id', 'Y2xlYXJxdWF5LXRlc3Rz', '--config', file);
  await said(format, 'Formatting', logFile);
  if (format.exitCode === null) await once(format, 'exit');
  let child: ChildProcess | undefined;
  return {
    address,
    async start() {
      child = java(jars, 'kafka.Kafka', file);
      await said(child, started, logFile);
    },
    async stop(signal = 'SIGTERM') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      if (signal !== 'SIGKILL') child.kill('SIGCONT');
      await gone;
    },
    signal: (signal) => void child?.kill(signal),
  };
}
