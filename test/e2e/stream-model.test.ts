import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Follower } from '../support/follower.ts';
import { seededRuns } from '../support/seeded-run.ts';
import {
  connect,
  gateways,
  miss,
  publish,
  readSlowly,
  rest,
  restart,
  type StreamModel,
  streamCommands,
  subscribe,
} from '../support/stream-commands.ts';
import { type Happening, StreamPort, StreamSystem } from '../support/stream-system.ts';

const clients = 3;
/** One run each, so that runs do not see each other. */
const ports = ['CNBHY', 'CNCAN', 'CNDOU', 'CNFOC', 'CNHAK', 'CNHUA'];

let system: StreamSystem;
beforeAll(async () => {
  system = await StreamSystem.open(gateways.wide);
});
afterAll(() => system.stop());

/** Lets everything come to rest and holds every client against the server. */
async function settle(real: StreamPort): Promise<void> {
  await real.applied();
  for (const follower of real.followers) {
    follower.read();
    await follower.connect();
  }
  await real.agreed(real.followers);
}

/** Runs commands on a port of their own; gives its clients. */
async function play(port: string, commands: Iterable<fc.AsyncCommand<StreamModel, StreamPort>>): Promise<readonly Follower[]> {
  const real = new StreamPort(system, port, clients);
  const model: StreamModel = { subscriptions: real.followers.map(({ told }) => [...told.keys()]), serial: clients };
  try {
    await system.restartGateway(gateways.wide);
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await settle(real);
    return real.followers;
  } finally {
    await real.close();
  }
}

test('clients that read slowly or come back soon, late and too late end with what the server shows', async () => {
  const happenings = (what: Happening['what'], hours: number, times: number) =>
    Array.from({ length: times }, (_, n): Happening => ({ box: 1 + (n % 5), what, hours: hours + n, bill: 1 }));
  const missed = happenings('gated-out', 60, 10);
  const followers = await play('CNDLC', [
    subscribe(0, 'open', 'full'),
    connect(0),
    publish(happenings('discharged', 20, 5)),
    rest(),
    publish(happenings('gated-out', 30, 5)),
    rest(),
    miss(0, [...happenings('discharged', 40, 5), ...missed]),
    miss(0, missed.slice(0, 2)),
    readSlowly(0, 'reads on'),
    readSlowly(1, 'gives its oldest up'),
    restart('narrow'),
    miss(0, missed),
    miss(0, missed),
    restart('forgetful'),
    miss(0, missed),
    miss(0, missed),
  ]);
  expect(followers[0]?.coalesced).toBeGreaterThan(0);
  for (const how of ['snapshot', 'resumed', 'stored', 'gap']) expect([how, await system.begun(how)]).not.toEqual([how, 0]);
});

test('whatever clients, gateway and owner do, every client ends with what the server shows and nothing was kept from it', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(streamCommands(clients), { maxCommands: 40, size: 'max' }), async (commands) => {
      await play(ports[run++] ?? '', commands);
    }),
    // Every run has a port of its own, so a failure is told with its seed and path and not made smaller.
    { ...seededRuns(ports.length), endOnFailure: true },
  );
}, 300_000);
