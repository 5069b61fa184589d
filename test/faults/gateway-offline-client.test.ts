import type { DeltaFrame } from '@clearquay/domain/stream/frames.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Happening, StreamPort, StreamSystem } from '../support/stream-system.ts';

/** A gateway whose memory holds a few updates, and that reads at most thirty from the warehouse for one cursor. */
const window = { recentBytes: 60_000, storedUpdates: 30 };

let system: StreamSystem;
let port: StreamPort;
beforeAll(async () => {
  system = await StreamSystem.open(window);
  port = new StreamPort(system, 'CNDLC', 2);
  for (const follower of port.followers) await follower.connect();
});
afterAll(async () => {
  await port.close();
  await system.stop();
});

let hours = 0;
/** Something happens to a hundred boxes in turn, in revisions of their own. */
async function happen(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const what: Happening['what'] = n % 2 === 0 ? 'discharged' : 'gated-out';
    await port.publish([{ box: 1 + (n % 100), what, hours: ++hours, bill: 1 }]);
    await port.applied();
  }
}

/** The client is away while `meanwhile` runs and more goes on when it comes back; tells how it was taken up. */
async function awayDuring(meanwhile: () => Promise<void>): Promise<{ readonly how: string[]; readonly gaps: number }> {
  const [follower] = port.followers;
  const ways = ['snapshot', 'resumed', 'stored', 'gap'];
  const count = () => Promise.all(ways.map((how) => system.begun(how)));
  await port.agreed(port.followers);
  await follower?.disconnect();
  const before = await count();
  const gapsBefore = follower?.told.get('0-full')?.gaps ?? 0;
  await meanwhile();
  const load = happen(5);
  for (const each of port.followers) await each.connect();
  await load;
  await port.agreed(port.followers);
  const after = await count();
  return {
    how: ways.filter((_, i) => (after[i] ?? 0) > (before[i] ?? 0)),
    gaps: (follower?.told.get('0-full')?.gaps ?? 0) - gapsBefore,
  };
}

test('fault 23: a client that was away for less than the memory gets what it missed from there', async () => {
  expect(await awayDuring(() => happen(2))).toEqual({ how: ['resumed'], gaps: 0 });
});

test('fault 23: away for longer, it gets every revision from the warehouse, told as to one that stayed', async () => {
  const told = port.followers.map((follower) => {
    const deltas = new Map<string, DeltaFrame>();
    follower.onDelta = (frame) => deltas.set(frame.version, frame);
    return deltas;
  });
  const missed = async () => {
    await happen(10);
    await port.publish([{ box: 1, what: 'cancelled', hours: 0, bill: 1 }]);
    await port.applied();
    await happen(10);
  };
  expect(await awayDuring(missed)).toEqual({ how: ['stored'], gaps: 0 });
  const [late, stayed] = told;
  expect(late?.size).toBeGreaterThan(20);
  expect([...(late?.values() ?? [])].every(({ events }) => events.length > 0)).toBe(true);
  expect([...(late?.values() ?? [])].some(({ supersedes }) => supersedes)).toBe(true);
  expect(late).toEqual(stayed);
});

test('fault 23: away for longer than the history that is served, it is told of the gap and gets a fresh snapshot', async () => {
  expect(await awayDuring(() => happen(40))).toEqual({ how: ['gap'], gaps: 1 });
});

test('fault 23: a change of the epoch meanwhile loses nothing, nor does a restart of the gateway', async () => {
  expect(await awayDuring(() => system.changeOwner())).toEqual({ how: ['resumed'], gaps: 0 });
  expect(
    await awayDuring(async () => {
      await system.changeOwner();
      await system.restartGateway(window);
    }),
  ).toEqual({ how: ['resumed'], gaps: 0 });
});
