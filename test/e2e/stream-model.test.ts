import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRuns } from '../support/seeded-run.ts';
import { gateways, type StreamModel, streamCommands } from '../support/stream-commands.ts';
import { StreamPort, StreamSystem } from '../support/stream-system.ts';
import { until } from '../support/until.ts';

const clients = 3;
/** One run each, so that runs do not see each other. */
const ports = ['CNBHY', 'CNCAN', 'CNDOU', 'CNFOC', 'CNHAK', 'CNHUA', 'CNJIU', 'CNYIK'];

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
  let differences: readonly string[] = [];
  await until('every client shows what the server shows', async () => {
    differences = await real.differences();
    return differences.length === 0;
  }).catch(() => expect(differences).toEqual([]));
  expect(await real.silences()).toEqual([]);
  for (const { violations } of real.followers) expect(violations).toEqual([]);
}

test('whatever clients, gateway and owner do, every client ends with what the server shows and nothing was kept from it', async () => {
  let run = 0;
  let coalesced = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(streamCommands(clients), { maxCommands: 40, size: 'max' }), async (commands) => {
      const real = new StreamPort(system, ports[run++ % ports.length] ?? 'CNDLC', clients);
      const model: StreamModel = { subscriptions: real.followers.map(({ told }) => [...told.keys()]), serial: clients };
      try {
        await system.restartGateway(gateways.wide);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await settle(real);
        for (const follower of real.followers) coalesced += follower.coalesced;
      } finally {
        await real.close();
      }
    }),
    // Every run has a port of its own, so a failure is told with its seed and path and not made smaller.
    { ...seededRuns(ports.length), endOnFailure: true },
  );
  // A run in which none of it happened would prove nothing.
  for (const how of ['snapshot', 'resumed', 'stored', 'gap']) expect([how, await system.begun(how)]).not.toEqual([how, 0]);
  expect(coalesced).toBeGreaterThan(0);
}, 300_000);
