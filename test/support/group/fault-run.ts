import type { MessRates } from '@clearquay/seeds/generator/mess-rates.ts';
import { GroupOfProcesses, type GroupOptions } from './group-of-processes.ts';
import { loadOf, Sender, type SentEvent } from './load.ts';
import { expectInvariants, Subscriber } from './quiet.ts';

/** A group under load, whose faults one file of tests injects one after the other. */
export class FaultRun {
  readonly group: GroupOfProcesses;
  readonly sender: Sender;
  readonly subscriber: Subscriber;
  readonly #events: SentEvent[];

  private constructor(group: GroupOfProcesses, events: SentEvent[]) {
    this.group = group;
    this.#events = events;
    this.sender = new Sender(group);
    this.subscriber = new Subscriber(group);
  }

  /** Starts everything; the load has so many events from a seed. */
  static async start(seed: number, events: number, options?: GroupOptions, mess?: Partial<MessRates>): Promise<FaultRun> {
    return new FaultRun(await GroupOfProcesses.start(options), loadOf(seed, events, mess));
  }

  /** The next events of the load. */
  take(count: number): SentEvent[] {
    const events = this.#events.splice(0, count);
    if (events.length < count) throw new Error('the load of this run is used up');
    return events;
  }

  /** Sends the next events of the load; resolves when all are acknowledged. */
  send(count: number): Promise<void> {
    return this.sender.send(this.take(count));
  }

  /** The newest epoch that was claimed. */
  async epoch(): Promise<number> {
    const [row] = await this.group.warehouse.query<{ e: string }>("SELECT max(epoch) AS e FROM batches WHERE kind = 'claim'");
    return Number(row?.e);
  }

  /** After a quiet period all invariants hold. */
  expectInvariants(): Promise<number> {
    return expectInvariants(this.group.warehouse, this.sender, this.subscriber);
  }

  async close(): Promise<void> {
    await this.subscriber.client.close();
    await this.group.close();
  }
}
