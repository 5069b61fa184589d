import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program of `seeds/examples` that runs, with what it has printed so far. */
export interface RunningExample {
  readonly process: ChildProcess;
  /** Whole lines of its output. */
  lines(): string[];
  errors(): string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts an example as its first lines say. */
export function startExample(
  file: string,
  arguments_: readonly string[],
  environment: NodeJS.ProcessEnv,
  program = process.execPath,
): RunningExample {
  const path = fileURLToPath(new URL(`../../seeds/examples/${file}`, import.meta.url));
  const child = spawn(program, [path, ...arguments_], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    process: child,
    lines: () => output.split('\n').slice(0, -1),
    errors: () => errors,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  };
}
