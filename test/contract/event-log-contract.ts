import { afterEach, beforeEach, describe } from 'vitest';
import { appendContract } from './append-contract.ts';
import { groupContract } from './group-contract.ts';
import { berths, quay, yard } from './log-records.ts';
import type { LogUnderTest } from './log-under-test.ts';

/** Runs what the port `EventLog` promises over one adapter; `open` gives an empty log for every test. `more` is what one adapter promises beyond it. */
export function describeEventLog<Under extends LogUnderTest>(
  name: string,
  open: () => Promise<Under>,
  more?: (under: () => Under) => void,
): void {
  describe(name, () => {
    let current: Under | undefined;
    const under = (): Under => {
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
    more?.(under);
  });
}
