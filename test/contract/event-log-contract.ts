import { afterEach, beforeEach, describe } from 'vitest';
import { appendContract } from './append-contract.ts';
import { cleanupContract } from './cleanup-contract.ts';
import { groupContract } from './group-contract.ts';
import { berths, quay, yard } from './log-records.ts';
import type { LogUnderTest } from './log-under-test.ts';

/** Runs everything that the port `EventLog` promises over one adapter; `open` gives an empty log for every test. */
export function describeEventLog(name: string, open: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let current: LogUnderTest | undefined;
    const under = (): LogUnderTest => {
      if (!current) throw new Error('no log is open');
      return current;
    };
    beforeEach(async () => {
      current = await open();
      await current.log.ensureTopics([quay, yard, berths]);
    });
    afterEach(async () => {
      await current?.remove();
      current = undefined;
    });
    describe('append and read', () => appendContract(under));
    describe('groups', () => groupContract(under));
    describe('cleanup', () => cleanupContract(under));
  });
}
