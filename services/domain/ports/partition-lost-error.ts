import { EventLogError } from './event-log-error.ts';

/** A commit came from a member that no longer holds the partition; its new owner reads those records again. */
export class PartitionLostError extends EventLogError {
  constructor(group: string, partition: number, generation: number) {
    super('CQ_UNAVAILABLE', `Partition ${partition} of group ${group} is no longer held in generation ${generation}`);
    this.name = 'PartitionLostError';
  }
}
