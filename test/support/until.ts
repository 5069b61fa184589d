import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;

/** Resolves as soon as the condition holds; rejects, naming it, when it does not hold in time. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(pollMs);
  }
}
