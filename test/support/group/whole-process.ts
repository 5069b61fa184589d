import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { keptPasswords } from '@clearquay/adapters/clickhouse/server-passwords.ts';
import { createWarehouse } from '@clearquay/adapters/clickhouse/warehouse.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { type RunningClearquay, type StartOptions, startClearquay } from '../clearquay.ts';
import { loadOf, Sender, type SentEvent } from './load.ts';
import { expectInvariants, type Subscriber } from './quiet.ts';

const logger = { info() {}, warn() {}, error() {} };

/** An installation under load in one directory, as one process after the other, and everything that any of them acknowledged. */
export class WholeProcess {
  system: RunningClearquay;
  readonly #acknowledged = new Set<string>();
  readonly #events: SentEvent[];

  private constructor(system: RunningClearquay, events: SentEvent[]) {
    this.system = system;
    this.#events = events;
  }

  /** Starts it; the load has so many events from a seed. */
  static async start(seed: number, events: number, options?: StartOptions): Promise<WholeProcess> {
    return new WholeProcess(await startClearquay(options), loadOf(seed, events));
  }

  get directory(): string {
    return this.system.directory;
  }

  /** Path of a file or folder of the data directory. */
  at(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /** A client of its ClickHouse that the caller closes. */
  warehouse(): Warehouse {
    const { clearquay: password } = keptPasswords(this.at('clickhouse'));
    const url = this.system.clickhouse;
    return createWarehouse({ url, username: 'clearquay', password, database: 'clearquay', requestTimeoutMs: 10_000, logger });
  }

  /** Sends the next events of the load, by a sender whose refusals are counted while it does. */
  async send(count: number, sender: Sender = new Sender(this.system)): Promise<Sender> {
    const events = this.#events.splice(0, count);
    if (events.length < count) throw new Error('the load of this run is used up');
    await sender.send(events);
    for (const name of sender.acknowledged) this.#acknowledged.add(name);
    for (const name of this.#acknowledged) sender.acknowledged.add(name);
    return sender;
  }

  /** Everything that was ever acknowledged is applied, once, and a subscriber sees it. */
  async expectInvariants(sender: Sender, subscriber?: Subscriber): Promise<void> {
    const warehouse = this.warehouse();
    await expectInvariants(warehouse, sender, subscriber).finally(() => warehouse.close());
  }

  /** Ends the whole process group. */
  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const exited = new Promise<void>((resolve) => this.system.process.once('exit', () => resolve()));
    this.system.process.kill(signal);
    await exited;
  }

  /** Starts one that was ended. Rejects with what it says when it refuses. */
  async startAgain(options: StartOptions = {}): Promise<void> {
    this.system = await startClearquay({ ...options, directory: this.directory });
  }

  async close(): Promise<void> {
    await this.system.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
