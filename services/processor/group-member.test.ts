import type { EventLog, OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { expect, test } from 'vitest';
import { createGroupMember, type Session } from './group-member.ts';

/** A group of one partition: joining hands it out, leaving waits for its owner. */
function groupLog(): { log: EventLog; joins: () => number; left: () => number } {
  let joins = 0;
  let left = 0;
  const log: Partial<EventLog> = {
    async join(_group, _topics, own) {
      const lost = new AbortController();
      const owned: OwnedPartition = {
        partition: 0,
        generation: ++joins,
        lost: lost.signal,
        poll: async () => [],
        commit: async () => {},
      };
      const owner = own(owned);
      return {
        async leave() {
          lost.abort();
          await owner;
          left++;
        },
      };
    },
  };
  return { log: log as EventLog, joins: () => joins, left: () => left };
}

const quiet = { info() {}, warn() {}, error() {} };
const stopped = ({ stop }: Session): Promise<void> => new Promise((resolve) => stop.addEventListener('abort', () => resolve()));

test('after an unexpected failure everything is given up and begun again', async () => {
  const { log, joins, left } = groupLog();
  const { promise: secondTurn, resolve } = Promise.withResolvers<void>();
  let restarts = 0;
  const member = createGroupMember({
    log,
    group: 'g',
    topics: ['t'],
    async own(owned, session) {
      if (owned.generation === 1) throw new TypeError('a bug');
      resolve();
      await stopped(session);
    },
    logger: quiet,
    restarts: { add: (n) => (restarts += n) },
    restartMs: 1,
    drainMs: 1_000,
  });
  await member.start();
  await secondTurn;
  expect([joins(), left(), restarts]).toEqual([2, 1, 1]);
  await member.close();
  expect(left()).toBe(2);
});

test('closing lets the owner finish before the group is left', async () => {
  const { log } = groupLog();
  let wasLost: boolean | undefined;
  const member = createGroupMember({
    log,
    group: 'g',
    topics: ['t'],
    async own(owned, session) {
      await stopped(session);
      wasLost = owned.lost.aborted;
    },
    logger: quiet,
    restarts: { add: () => {} },
    restartMs: 1,
    drainMs: 1_000,
  });
  await member.start();
  await member.close();
  expect(wasLost).toBe(false);
});
