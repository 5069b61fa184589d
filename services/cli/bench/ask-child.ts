import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a module of this folder in its own process, sends it one message and gives what it answers. Rejects when it ends
 * without. `execArgv` are the options of Node.
 */
export function askChild<Question extends object, Answer>(
  module: string,
  question: Question,
  execArgv: readonly string[] = process.execArgv,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(module, import.meta.url)), { execArgv: [...execArgv] });
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', (code, signal) => reject(new Error(`${module} ended with ${code ?? signal}`)));
    child.send(question);
  });
}

/**
 * Answers the one message of the parent that asks with `askChild`; a failure goes to standard error and ends the process, as
 * the end of the parent does.
 */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (question: Question) => {
    answer(question).then(
      (given) => process.send?.(given, () => process.disconnect()),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
}
