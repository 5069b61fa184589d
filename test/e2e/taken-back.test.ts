import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import type { Change } from '@clearquay/sdk/change.ts';
import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { inOrderOfReceipt } from '@clearquay/seeds/scenarios/play-scenario.ts';
import { readScenario } from '@clearquay/seeds/scenarios/read-scenario.ts';
import type { Scenario } from '@clearquay/seeds/scenarios/scenario.ts';
import { loadScenario } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';

/** Stories in which the cutting message comes last and is dated before what was joined through the link. */
const wrongBox = `S91 A wrong box on a bill
CNDLC Asia/Shanghai from 2026-03-02
names
  C1  QXRU0091015
  C2  QXRU0091020
  B1  QXB91
  K1  9319466:CNDLC:191W
events
  +0:00  carrier.bill-linked        C1 > B1 K1 {direction import, boxes 2} #one
  +0:00  carrier.bill-linked        C2 > B1 K1 #two
  +1:00  customs.manifest-accepted  B1 #manifest
  +2:00  carrier.hold-placed        B1 {kind freight} #hold
  +0:30  carrier.bill-unlinked      C2 > B1 #cut rx 3:00`;
const rolledOver = `S92 A box that was on another vessel all the time
CNDLC Asia/Shanghai from 2026-03-02
names
  C1   QXRU0092011
  B1   QXB92
  BK1  QXK92
  K1   9319466:CNDLC:192E
  K2   9321483:CNDLC:192E
events
  +0:00  carrier.bill-linked    C1 > B1 BK1 K1 {direction export} #line
  +4:00  terminal.cutoff-set    K1 {kind gate-in, due +20:00} #cutoff
  +3:00  carrier.rolled-over    C1 > B1 K1 K2 #cut rx 5:00`;
const withdrawn = `S93 A declaration that was withdrawn before its release
CNDLC Asia/Shanghai from 2026-03-02
names
  C1  QXRU0093018
  B1  QXB93
  D1  090820261000000931
  D2  090820261000000932
  K1  9319466:CNDLC:193W
events
  +0:00  carrier.bill-linked            C1 > B1 K1 {direction import, boxes 1} #line
  +1:00  customs.declaration-linked     D1 > B1 C1 #listed
  +2:00  customs.declaration-submitted  D1 #submitted
  +5:00  customs.released               D1 #released
  +3:00  customs.declaration-withdrawn  D1 #cut rx 6:00
  +7:00  customs.declaration-linked     D2 > B1 C1 #again`;

let clearquay: RunningClearquay;
let rest: RestClient;
let client: LiveClient;
const changes: Change[] = [];

beforeAll(async () => {
  clearquay = await startClearquay();
  rest = createRestClient(clearquay);
  const subscriptions = [
    { id: 'all', filter: {} },
    { id: 'old bill', filter: { bills: ['LNB0000170'] } },
    { id: 'new bill', filter: { bills: ['LNB0000171'] } },
    { id: 'bill', filter: { bills: ['QXB91'] } },
    { id: 'old call', filter: { calls: ['9319466:CNDLC:192E'] } },
    { id: 'new call', filter: { calls: ['9321483:CNDLC:192E'] } },
    { id: 'booking', filter: { bookings: ['QXK92'] } },
    { id: 'declaration', filter: { declarations: ['090820261000000931'] } },
    { id: 'next declaration', filter: { declarations: ['090820261000000932'] } },
  ];
  client = connect({ url: clearquay.url, key: clearquay.key, subscriptions, onChange: (c) => changes.push(c) });
  await client.synced();
});

afterAll(async () => {
  await client?.close();
  await clearquay?.stop();
});

/** One delta of one subscription, with its visit as told. */
type Delta = Extract<Change, { kind: 'changed' }> & { readonly visit: VisitJson };

const deltas = (from: number, subscription = 'all'): Delta[] =>
  changes.slice(from).filter((c): c is Delta => c.kind === 'changed' && c.subscription === subscription && c.delta !== undefined);

/** What subscriptions were told to hold no longer, once as many as expected were. */
async function removed(from: number, count = 1): Promise<Change[]> {
  const found = (): Change[] => changes.slice(from).filter((c) => c.kind === 'removed');
  await vi.waitFor(() => expect(found().length).toBeGreaterThanOrEqual(count), { timeout: 20_000 });
  return found();
}

const eventsOf = ({ delta }: Delta): string[] => (delta?.events ?? []).map((e) => e.id);

/** Sends one event and waits until a delta names it; gives the deltas since and where they begin. */
async function tell(event: StatusEventJson): Promise<{ readonly told: readonly Delta[]; readonly from: number }> {
  const from = changes.length;
  expect((await rest.sendEvents([event])).outcomes).toMatchObject([{ status: 'accepted' }]);
  const naming = (): Delta[] => deltas(from).filter((d) => eventsOf(d).includes(event.id));
  await vi.waitFor(() => expect(naming()).not.toEqual([]), { timeout: 20_000 });
  return { told: naming(), from };
}

/** Sends the events of a scenario up to the one of an id, and tells that one; `quiet` ones reach no visit when they come. */
class Telling {
  readonly #events: StatusEventJson[];
  readonly #quiet: readonly string[];

  constructor(scenario: Scenario | undefined, quiet: readonly string[] = []) {
    this.#events = scenario ? [...new Set(inOrderOfReceipt(scenario).map((d) => d.event))] : [];
    this.#quiet = quiet;
  }

  async upTo(id: string): ReturnType<typeof tell> {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      if (event.id === id) return tell(event);
      if (this.#quiet.includes(event.id)) await rest.sendEvents([event]);
      else await tell(event);
    }
    throw new Error(`The story has no ${id}.`);
  }
}

/** The standings of the events of a visit by REST. */
async function standings(visitId: string): Promise<Record<string, string>> {
  const { entries } = await rest.getTimeline(visitId);
  return Object.fromEntries(entries.map((e) => [e.event.id, e.status]));
}

const json = async (path: string): Promise<unknown> => (await clearquay.get(path)).json();
const onFirstDay = (time: string): string => `2026-03-02T${time}:00+08:00`;

test('S13: every push from 11:40 on names what it corrects', async () => {
  // What is told of a vessel and a declaration reaches no box before the links come.
  const story = new Telling(loadScenario('s13-out-of-order'), ['s13-2', 's13-5', 's13-8']);
  await story.upTo('s13-7');
  const open = deltas(0).find((d) => eventsOf(d).includes('s13-7'));
  expect(open?.visit).toMatchObject({ milestones: { discharged: { actual: onFirstDay('06:00') } }, holds: [{ kind: 'inspection' }] });
  const cancelled = await story.upTo('s13-e09');
  expect(cancelled.told).toMatchObject([{ visit: { holds: [] }, delta: { supersedes: ['yik-customs/s13-7'] } }]);
  expect(cancelled.told[0]?.delta?.changes).toContain('holds');
  const linked = await story.upTo('s13-3');
  expect(linked.told).toMatchObject([{ visit: { bills: ['YKB0000013'], directionGuessed: false } }]);
  expect(linked.told[0]?.delta?.changes).toEqual(expect.arrayContaining(['bills', 'calls', 'milestones.vessel-arrived']));
  const declared = await story.upTo('s13-6');
  expect(declared.told).toMatchObject([{ visit: { declarations: ['090720261000000013'], lanes: { customs: 'released' } } }]);
  expect(declared.told[0]?.delta?.changes).toEqual(expect.arrayContaining(['declarations', 'milestones.customs-released']));
  const corrected = await story.upTo('s13-e11');
  expect(corrected.told).toMatchObject([
    {
      visit: { openedAt: onFirstDay('06:20'), milestones: { discharged: { actual: onFirstDay('06:20') } } },
      delta: { supersedes: ['yik-terminal/s13-4'] },
    },
  ]);
  expect(corrected.told[0]?.delta?.changes).toEqual(expect.arrayContaining(['openedAt', 'milestones.discharged']));
  await story.upTo('s13-11');
  expect(deltas(0).filter((d) => d.visit.container === 'YKPU1400010' && d.delta?.events.length === 0)).toEqual([]);
}, 60_000);

test('S14: the second visit and its id are unchanged when the loading of the first is told', async () => {
  const story = new Telling(loadScenario('s14-loading-reported-late'));
  const discharged = await story.upTo('s14-e13');
  const [second] = discharged.told;
  expect(second?.visit).toMatchObject({ direction: 'import', status: 'open' });
  const before = await rest.getVisit(second?.visitId ?? '');
  const loaded = await story.upTo('s14-e08');
  expect(loaded.told).toMatchObject([{ visit: { direction: 'export', status: 'closed', closedAs: 'departed' } }]);
  expect(loaded.told[0]?.visitId).not.toBe(second?.visitId);
  expect(await rest.getVisit(second?.visitId ?? '')).toEqual(before);
  expect(await removed(discharged.from, 0)).toEqual([]);
}, 60_000);

test('S17: boxes that are unlinked or split off leave the subscription of the old bill, and come to that of the new one', async () => {
  const story = new Telling(loadScenario('s17-bill-split'));
  const cut = await story.upTo('s17-e04');
  expect(cut.told).toMatchObject([{ visit: { container: 'LNPU1800031', bills: [] } }]);
  const { visitId } = cut.told[0] as Delta;
  expect(await removed(cut.from)).toEqual([{ kind: 'removed', subscription: 'old bill', visitId, reason: 'left-filter' }]);
  const split = await story.upTo('s17-e07');
  const moved = split.told.map((d) => d.visitId);
  const gone = await removed(split.from, 2);
  expect(gone).toHaveLength(2);
  expect(split.told.map((d) => d.visit.container).sort()).toEqual(['LNPU1800010', 'LNPU1800026']);
  for (const each of moved)
    expect(gone).toContainEqual({ kind: 'removed', subscription: 'old bill', visitId: each, reason: 'left-filter' });
  const [came] = deltas(split.from, 'new bill');
  expect(came).toMatchObject({ visit: { container: 'LNPU1800010', bills: ['LNB0000171'] } });
  expect(came && eventsOf(came)).toEqual(['s17-e07']);
  expect([client.visits('old bill').size, client.visits('new bill').size]).toEqual([0, 1]);
}, 60_000);

test('a box that was never on the bill takes back what was joined through it', async () => {
  const story = new Telling(readScenario(wrongBox));
  const { told, from } = await story.upTo('s91-cut');
  expect(told).toMatchObject([{ visit: { container: 'QXRU0091020', bills: [], holds: [] } }]);
  const [{ visitId, delta }] = told as [Delta];
  expect(eventsOf(told[0] as Delta)).toEqual(['s91-cut']);
  expect([...(delta?.supersedes ?? [])].sort()).toEqual(['dlc-carrier/s91-hold', 'dlc-customs/s91-manifest']);
  expect(await removed(from)).toEqual([{ kind: 'removed', subscription: 'bill', visitId, reason: 'left-filter' }]);
  expect([...client.visits('bill').values()]).toMatchObject([{ container: 'QXRU0091015', holds: [{ kind: 'carrier:freight' }] }]);
  expect(await standings(visitId)).toEqual({
    's91-two': 'effective',
    's91-cut': 'effective',
    's91-manifest': 'left',
    's91-hold': 'left',
  });
  expect(await json('/v1/bills/QXB91')).toMatchObject({ n: 2, unlinked: 1, visits: [{ container: 'QXRU0091015' }] });
}, 60_000);

test('a box that was rolled over leaves the old call and comes to the new one; its booking keeps it', async () => {
  const story = new Telling(readScenario(rolledOver));
  const cutoff = await story.upTo('s92-cutoff');
  expect(cutoff.told).toMatchObject([{ visit: { calls: ['9319466:CNDLC:192E'], deadlines: [{ kind: 'gate-in' }] } }]);
  const { told, from } = await story.upTo('s92-cut');
  const { visitId, delta, visit } = told[0] as Delta;
  expect(visit).toMatchObject({ calls: ['9321483:CNDLC:192E'], bookings: ['QXK92'] });
  expect(visit.deadlines.filter((d) => d.kind === 'gate-in')).toEqual([]);
  expect(delta?.supersedes).toEqual(['dlc-terminal/s92-cutoff']);
  expect(await removed(from)).toEqual([{ kind: 'removed', subscription: 'old call', visitId, reason: 'left-filter' }]);
  for (const subscription of ['new call', 'booking']) expect(deltas(from, subscription).map(eventsOf)).toEqual([['s92-cut']]);
  expect(await standings(visitId)).toEqual({ 's92-line': 'effective', 's92-cut': 'effective', 's92-cutoff': 'left' });
  const visitsOf = async (call: string) => (await rest.getVisits({ call })).visits.map((v) => v.visitId);
  expect([await visitsOf('9319466:CNDLC:192E'), await visitsOf('9321483:CNDLC:192E')]).toEqual([[], [visitId]]);
}, 60_000);

test('a box of a withdrawn declaration leaves it, with the release that came too late, and comes to the next one', async () => {
  const story = new Telling(readScenario(withdrawn));
  const released = await story.upTo('s93-released');
  expect(released.told).toMatchObject([{ visit: { lanes: { customs: 'released' } } }]);
  const { told, from } = await story.upTo('s93-cut');
  const { visitId, delta } = told[0] as Delta;
  expect(told).toMatchObject([{ visit: { declarations: [], lanes: { customs: 'none' } } }]);
  expect(eventsOf(told[0] as Delta)).toEqual(['s93-cut']);
  expect(delta?.supersedes).toEqual(['dlc-customs/s93-released']);
  expect(await removed(from)).toEqual([{ kind: 'removed', subscription: 'declaration', visitId, reason: 'left-filter' }]);
  expect(await standings(visitId)).toMatchObject({ 's93-submitted': 'effective', 's93-cut': 'effective', 's93-released': 'left' });
  expect(await json('/v1/declarations/090820261000000931')).toMatchObject({ n: 0, visits: [], links: [] });
  const again = await story.upTo('s93-again');
  expect(deltas(again.from, 'next declaration').map(eventsOf)).toEqual([['s93-again']]);
  expect(await json('/v1/declarations/090820261000000932')).toMatchObject({ n: 1, pending: 1, visits: [{ visitId }] });
  const { links } = (await json('/v1/bills/QXB93')) as { links: readonly { type: string; id: string }[] };
  expect(links.filter((l) => l.type === 'declaration').map((l) => l.id)).toEqual(['090820261000000932']);
}, 60_000);
