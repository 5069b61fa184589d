import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import type { GatewayLimits } from '@clearquay/gateway/limits.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import type { SubscriptionSpec } from '@clearquay/sdk/live-state.ts';
import { createRestClient, type VisitQuery } from '@clearquay/sdk/rest.ts';
import { Follower } from './follower.ts';
import { startGateway, type TestGateway, testKey } from './gateway-under-test.ts';
import { boxNumber, PortStory } from './port-story.ts';
import { LogDirectory, startProcessor, type TestProcessor } from './processor-under-test.ts';
import { until } from './until.ts';
import { openTestWarehouse, type TestWarehouse } from './warehouse.ts';

/** What may happen to a box; hours place it in the life of the box, in any order. */
export interface Happening {
  readonly box: number;
  readonly what: 'linked' | 'discharged' | 'gated-out' | 'empty-returned' | 'cancelled';
  readonly hours: number;
  readonly bill: number;
  /** Makes the event larger by so many bytes. */
  readonly ballastBytes?: number;
}

/** The filters that clients have, by name; all within one port. */
export const filters = {
  all: {},
  open: { statuses: ['open'] },
  closed: { statuses: ['closed'] },
  bill: { bills: ['STREAM-BILL-1'] },
  boxes: { containers: [boxNumber(1), boxNumber(2)] },
} as const satisfies Record<string, Filter>;
export type FilterName = keyof typeof filters;

/** The processor, the log, the warehouse and the gateway in one process, of which gateway and owner can be started anew. */
export class StreamSystem {
  readonly house: TestWarehouse;
  readonly log: LogDirectory;
  #processor: TestProcessor;
  #gateway: TestGateway;
  readonly #address: number;
  /** The metrics of the gateways that ended. */
  #past = '';

  private constructor(house: TestWarehouse, log: LogDirectory, processor: TestProcessor, gateway: TestGateway) {
    this.house = house;
    this.log = log;
    this.#processor = processor;
    this.#gateway = gateway;
    this.#address = Number(new URL(gateway.url).port);
  }

  static async open(limits: Partial<GatewayLimits> = {}): Promise<StreamSystem> {
    const [house, log] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
    const processor = await startProcessor({ log: log.log, warehouse: house.warehouse }, log.codec);
    return new StreamSystem(house, log, processor, await startGateway(log, house.warehouse, limits));
  }

  get url(): string {
    return this.#gateway.url;
  }

  /** How often subscriptions began in a way (`clearquay_gateway_subscriptions_total`), over all gateways so far. */
  async begun(how: string): Promise<number> {
    const counts = (this.#past + (await this.#gateway.metrics())).matchAll(new RegExp(`subscriptions_total\\{how="${how}"\\} (\\d+)`, 'g'));
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Ends the gateway as SIGTERM does and starts another one at the same address. */
  async restartGateway(limits: Partial<GatewayLimits>): Promise<void> {
    this.#past += await this.#gateway.metrics();
    await this.#gateway.stop();
    this.#gateway = await startGateway(this.log, this.house.warehouse, limits, this.#address);
  }

  /** Hands the ports to a new owner, with a new epoch. */
  async changeOwner(): Promise<void> {
    await this.#processor.processor.close();
    this.#processor = await startProcessor({ log: this.log.log, warehouse: this.house.warehouse }, this.log.codec);
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
    await this.#processor.processor.close();
    await this.log.stop();
    await this.house.stop();
  }
}

/** One port of a system with its clients. Ports are apart from each other, so each run of a model takes one. */
export class StreamPort {
  readonly system: StreamSystem;
  readonly port: string;
  readonly followers: readonly Follower[];
  /** A client of the SDK that follows the whole port through everything. */
  readonly client: LiveClient;
  readonly #story: PortStory;
  readonly #sent: StatusEvent[] = [];
  readonly #filters = new Map<string, FilterName>();

  constructor(system: StreamSystem, port: string, followers: number) {
    this.system = system;
    this.port = port;
    this.#story = new PortStory(port);
    this.followers = Array.from({ length: followers }, () => new Follower(() => system.url));
    const subscriptions = [{ id: 'sdk', filter: { ports: [port] } }];
    for (const [n, follower] of this.followers.entries()) follower.subscribe(this.spec(`${n}-full`, 'all', 'full'));
    this.client = connect({ url: system.url, key: testKey, backoff: { minMs: 10, maxMs: 100 }, subscriptions });
  }

  /** Publishes what happened, as intake does. */
  async publish(happenings: readonly Happening[]): Promise<void> {
    const before = this.#sent.length;
    for (const happening of happenings) this.#sent.push(this.#eventOf(happening));
    await this.system.log.send(this.#sent.slice(before));
  }

  /** Resolves once everything published is applied and was told to the client of the SDK, so that it can be missed. */
  async applied(): Promise<void> {
    const partition = partitionOf(this.port);
    const ends = new Map<string, number>();
    for (const topic of eventTopics) ends.set(topic, (await this.system.log.log.bounds(topic))[partition]?.end ?? 0);
    await until('everything is applied', async () => {
      const sql = "SELECT ranges FROM batches WHERE partition = {partition:UInt16} AND kind = 'batch'";
      const rows = await this.system.house.warehouse.query<{ ranges: string }>(sql, { partition });
      const ranges = rows.flatMap((row) => Object.entries(JSON.parse(row.ranges) as Record<string, [number, number]>));
      return [...ends].every(([topic, end]) => end === 0 || ranges.some(([of, [, next]]) => of === topic && next >= end));
    });
    await this.agreed([]);
  }

  spec(id: string, filter: FilterName, fields: 'summary' | 'full'): SubscriptionSpec {
    this.#filters.set(id, filter);
    return { id, fields, filter: { ports: [this.port], ...filters[filter] } };
  }

  /** Everything that the server shows of a filter, by visit. */
  async #shown(filter: FilterName): Promise<Map<string, unknown>> {
    const { statuses, bills, containers }: Filter = filters[filter];
    const named = { ...(statuses && { status: statuses }), ...(bills && { bill: bills }), ...(containers && { container: containers }) };
    const query: VisitQuery = { port: this.port, limit: 500, ...named };
    const { visits } = await createRestClient({ url: this.system.url, key: testKey }).getVisits(query);
    return new Map(visits.map((visit) => [visit.visitId, visit]));
  }

  /**
   * Resolves once clients, and that of the SDK, show what the server shows. Rejects with what differs when they do not in
   * time, with revisions that were kept from them, and with what was against the protocol.
   */
  async agreed(followers: readonly Follower[]): Promise<void> {
    let differences: readonly string[] = [];
    await until('the clients show what the server shows', async () => {
      differences = await this.#differences(followers);
      return differences.length === 0;
    }).catch((late: Error) => {
      throw new Error(`${late.message}: ${differences.join('; ')}`);
    });
    const wrong = [...(await this.#silences(followers)), ...followers.flatMap(({ violations }) => violations)];
    if (wrong.length > 0) throw new Error(wrong.join('; '));
  }

  async #differences(followers: readonly Follower[]): Promise<string[]> {
    const found: string[] = [];
    const compare = async (who: string, filter: FilterName, isFull: boolean, held: ReadonlyMap<string, { readonly version: string }>) => {
      const text = (of: ReadonlyMap<string, unknown>) => JSON.stringify([...of].map(([id, v]) => [id, isFull ? v : versionOf(v)]).sort());
      const shown = await this.#shown(filter);
      if (text(held) !== text(shown)) found.push(`${who} (${filter}): holds ${text(held)}, the server shows ${text(shown)}`);
    };
    await compare('sdk', 'all', true, this.client.visits('sdk'));
    for (const follower of followers)
      for (const [id] of follower.told) await compare(id, this.#filters.get(id) ?? 'all', id.endsWith('full'), follower.visits(id));
    return found;
  }

  /** Revisions that a client with a lasting filter was told nothing about. */
  async #silences(followers: readonly Follower[]): Promise<string[]> {
    if (followers.length === 0) return [];
    const updates = await this.system.log.updates(this.port);
    const ofPort = updates.filter((u) => u.port === this.port);
    const merged = new Set(ofPort.filter((u) => u.cause === 'merged').map((u) => u.visitId));
    const standing = ofPort.filter((u) => !merged.has(u.visitId));
    return followers.flatMap((follower) =>
      [...follower.told.keys()].flatMap((id) => {
        const { containers, ...rest }: Filter = filters[this.#filters.get(id) ?? 'all'];
        const wanted = Object.keys(rest).length > 0 ? [] : standing.filter((u) => containers?.includes(u.container) ?? true);
        return follower.silent(id, wanted).map((revision) => `${id} was not told of ${revision}`);
      }),
    );
  }

  async close(): Promise<void> {
    await this.client.close();
    for (const follower of this.followers) await follower.disconnect();
  }

  #eventOf({ box: serial, what, hours, bill, ballastBytes }: Happening): StatusEvent {
    const box = { type: 'container', id: boxNumber(serial) } as const;
    const details = { full: true, ...(ballastBytes !== undefined && { note: 'x'.repeat(ballastBytes) }) };
    const target = this.#sent.findLast((e) => e.subject.id === box.id && e.action === 'report');
    if (what === 'cancelled' && target) {
      const { id, ...rest } = target;
      return { ...rest, id: `${id}-cancelled-${this.#sent.length}`, action: 'cancel', replaces: { source: target.source, id } };
    }
    if (what === 'linked' || what === 'cancelled')
      return this.#story.tell(hours, 'carrier.bill-linked', box, [{ type: 'bill', id: `STREAM-BILL-${bill}` }, this.#story.call()], {
        direction: 'import',
      });
    return this.#story.tell(hours, `terminal.${what}`, box, [], what === 'gated-out' ? { ...details, to: 'consignee' } : details);
  }
}

const versionOf = (visit: unknown): unknown => (visit as { readonly version: string }).version;
