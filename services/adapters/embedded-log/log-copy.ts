import { openLogStore } from './log-store.ts';

/**
 * Makes the copy of a log in a directory a log of its own: its owners get generations that the original does not reach.
 * The whole structure is checked; throws when the copy is damaged.
 */
export function adoptLogCopy(directory: string): void {
  const store = openLogStore();
  try {
    store.run('open', { directory, checkBytes: Number.POSITIVE_INFINITY });
    store.run('fork', null);
  } finally {
    store.run('close', null);
  }
}
