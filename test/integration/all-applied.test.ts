import { allApplied } from '@clearquay/cli/bench/all-applied.ts';
import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import { processorGroup } from '@clearquay/processor/groups.ts';
import { expect, test } from 'vitest';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { openTestWarehouse } from '../support/warehouse.ts';

/** The log, whose first commit of offsets is done without being answered and whose second is refused. */
function withFailingCommits(log: EventLog): EventLog {
  let commits = 0;
  return {
    ...log,
    join: (group, names, own) =>
      log.join(group, names, (owned) =>
        own({
          ...owned,
          async commit(next) {
            const commit = group === processorGroup.group && next.size > 0 ? ++commits : undefined;
            if (commit !== 2) await owned.commit(next);
            if (commit === 1 || commit === 2) throw new PartitionLostError(group, owned.partition, owned.generation);
          },
        }),
      ),
  };
}

test('a benchmark counts the records of a commit without an answer, and those that were read again once', async () => {
  const { warehouse, stop } = await openTestWarehouse();
  const directory = await LogDirectory.open();
  const story = new PortStory('CNFOC');
  const three = (): StatusEvent[] =>
    [1, 2, 3].map((n) => story.tell(n, 'terminal.discharged', { type: 'container', id: boxNumber(n) }, [], { full: true }));
  const { processor, batches, committed } = await startProcessor({ log: withFailingCommits(directory.log), warehouse }, directory.codec);
  try {
    await directory.send(three());
    await allApplied(directory.log, warehouse);
    await directory.send(three());
    await allApplied(directory.log, warehouse);
    await committed(3);
    await processor.close();
    await directory.send(three());
    await expect(allApplied(directory.log, warehouse, 500)).rejects.toThrow('no batch for 0.5 s after 6 of 9 records');
    // The processor itself never told of the first commit.
    expect(batches.reduce((sum, b) => sum + b.records, 0)).toBeLessThan(6);
  } finally {
    await processor.close();
    await directory.stop();
    await stop();
  }
});
