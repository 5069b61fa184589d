import type { GatewayLimits } from '@clearquay/gateway/limits.ts';
import fc from 'fast-check';
import type { Follower } from './follower.ts';
import { type FilterName, filters, type Happening, type StreamPort } from './stream-system.ts';

/** What is known without looking: which subscriptions each client has, and how many there ever were. */
export interface StreamModel {
  readonly subscriptions: string[][];
  serial: number;
}

type Command = fc.AsyncCommand<StreamModel, StreamPort>;

/** Gateways whose memory reaches far, not far, and which read little from the warehouse: resumed, stored and gap. */
export const gateways = {
  wide: { sendAheadBytes: 2_000, queueBytes: 16_000_000 },
  narrow: { sendAheadBytes: 2_000, queueBytes: 1_000_000, recentBytes: 12_000 },
  forgetful: { recentBytes: 12_000, storedUpdates: 3 },
} as const satisfies Record<string, Partial<GatewayLimits>>;

const boxes = [1, 2, 3, 4, 5];
const ballastBytes = 400_000;
const rounds = 8;

const command = (name: string, run: (model: StreamModel, real: StreamPort) => Promise<void>, check?: Command['check']): Command => ({
  check: check ?? (() => true),
  run,
  toString: () => name,
});

const followerOf = (real: StreamPort, n: number): Follower => {
  const follower = real.followers[n];
  if (!follower) throw new Error(`there is no client ${n}`);
  return follower;
};

export const publish = (happenings: readonly Happening[]): Command =>
  command(`publish ${JSON.stringify(happenings)}`, (_, real) => real.publish(happenings));

export const subscribe = (n: number, filter: FilterName, fields: 'summary' | 'full'): Command =>
  command(
    `client ${n} subscribes to ${filter}, ${fields}`,
    async (model, real) => {
      const id = `${++model.serial}-${fields}`;
      model.subscriptions[n]?.push(id);
      followerOf(real, n).subscribe(real.spec(id, filter, fields));
    },
    (model) => (model.subscriptions[n]?.length ?? 0) < 4,
  );

const unsubscribe = (n: number): Command =>
  command(
    `client ${n} unsubscribes its oldest`,
    async (model, real) => {
      const id = model.subscriptions[n]?.shift();
      if (id !== undefined) followerOf(real, n).unsubscribe(id);
    },
    (model) => (model.subscriptions[n]?.length ?? 0) > 0,
  );

export const connect = (n: number): Command => command(`client ${n} connects`, (_, real) => followerOf(real, n).connect());

/** What a client does that has not read for a while. */
const awakenings = ['reads on', 'gives its oldest up', 'breaks off'] as const;
type Awakening = (typeof awakenings)[number];

/** A client does not read while more is published than sockets hold. */
export const readSlowly = (n: number, then: Awakening): Command =>
  command(
    `client ${n} does not read, then ${then}`,
    async (model, real) => {
      const follower = followerOf(real, n);
      await follower.connect();
      follower.stopReading();
      for (let round = 0; round < rounds; round++) {
        await real.publish(boxes.map((box): Happening => ({ box, what: 'discharged', hours: 10 + round, bill: 1, ballastBytes })));
        await real.applied();
      }
      if (then === 'gives its oldest up') await unsubscribe(n).run(model, real);
      if (then === 'breaks off') await follower.disconnect();
      follower.read();
    },
    (model) => (model.subscriptions[n]?.length ?? 0) > 0,
  );

/** A client misses something, comes back, and either has it before anything else happens or not yet. */
export const miss = (n: number, happenings: readonly Happening[], has = true): Command =>
  command(`client ${n} breaks off and misses ${JSON.stringify(happenings)}${has ? '' : ', goes on at once'}`, async (model, real) => {
    await followerOf(real, n).disconnect();
    await real.publish(happenings);
    await real.applied();
    await followerOf(real, n).connect();
    if (has) await rest().run(model, real);
  });

export const restart = (name: keyof typeof gateways): Command =>
  command(`the gateway restarts, ${name}`, (_, real) => real.system.restartGateway(gateways[name]));
const changeOwner = (): Command => command('the owner changes', (_, real) => real.system.changeOwner());

/** A pause in which everything published arrives at the clients that are connected. */
export const rest = (): Command =>
  command('a rest', async (_, real) => {
    await real.applied();
    await real.agreed(real.followers.filter((f) => f.connected));
  });

const happening: fc.Arbitrary<Happening> = fc.record({
  box: fc.constantFrom(...boxes),
  what: fc.constantFrom('linked', 'discharged', 'gated-out', 'empty-returned', 'cancelled'),
  hours: fc.integer({ min: 0, max: 200 }),
  bill: fc.integer({ min: 1, max: 3 }),
});

/** Every command that a run may be made of, the frequent ones several times. */
export function streamCommands(clients: number): fc.Arbitrary<Command>[] {
  const client = fc.nat({ max: clients - 1 });
  const happenings = fc.array(happening, { minLength: 1, maxLength: 6 });
  const publishing = happenings.map(publish);
  const subscribing = fc
    .tuple(client, fc.constantFrom(...(Object.keys(filters) as FilterName[])), fc.constantFrom('summary' as const, 'full' as const))
    .map(([n, filter, fields]) => subscribe(n, filter, fields));
  return [
    publishing,
    publishing,
    publishing,
    subscribing,
    subscribing,
    client.map(connect),
    client.map(connect),
    fc.tuple(client, happenings).map(([n, missed]) => miss(n, missed)),
    fc.tuple(client, happenings).map(([n, missed]) => miss(n, missed, false)),
    client.map(unsubscribe),
    fc.tuple(client, fc.constantFrom(...awakenings)).map(([n, then]) => readSlowly(n, then)),
    fc.constantFrom(...(Object.keys(gateways) as (keyof typeof gateways)[])).map(restart),
    fc.constant(changeOwner()),
    fc.constant(rest()),
  ];
}
