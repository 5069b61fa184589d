import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { connect, type LiveClient } from '@clearquay/sdk/connect.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { inOrderOfReceipt } from '@clearquay/seeds/scenarios/play-scenario.ts';
import type { ExpectedPaper } from '@clearquay/seeds/scenarios/scenario.ts';
import { loadScenarios } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { type Shown, seenPaper, seenVisit, toldPeriods } from '../support/scenario-view.ts';

const scenarios = loadScenarios();
let clearquay: RunningClearquay;
let rest: RestClient;
let client: LiveClient;

beforeAll(async () => {
  clearquay = await startClearquay();
  rest = createRestClient(clearquay);
  client = connect({ url: clearquay.url, key: clearquay.key, subscriptions: [{ id: 'all', filter: {} }] });
  await client.synced();
  // One event a request, as its agency would send it: the log keeps the order of receipt.
  for (const scenario of scenarios)
    for (const { event } of inOrderOfReceipt(scenario)) {
      const { outcomes } = await rest.sendEvents([event]);
      expect(outcomes).toMatchObject([{ status: 'accepted' }]);
    }
}, 60_000);

afterAll(async () => {
  await client?.close();
  await clearquay?.stop();
});

/** A bill or declaration as REST shows it. */
async function paperAt({ type, id }: ExpectedPaper): Promise<Parameters<typeof seenPaper>[0]> {
  const headers = { authorization: `Bearer ${clearquay.key}` };
  const response = await fetch(new URL(`/v1/${type}s/${id}`, clearquay.url), { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Parameters<typeof seenPaper>[0];
}

const lastFirst = '9999';

/** The visits of some boxes by REST, those of a box oldest first and one that is only expected last. */
async function shown(containers: readonly string[]): Promise<Shown> {
  const { visits } = await rest.getVisits({ container: containers, limit: 500 });
  const standings = new Map<string, Record<string, string>>();
  for (const { visitId } of visits) {
    const { entries } = await rest.getTimeline(visitId);
    standings.set(visitId, Object.fromEntries(entries.map((e) => [e.event.id, e.status])));
  }
  const began = (v: VisitJson): string => v.openedAt ?? lastFirst;
  return {
    document: { visits: [...visits].sort((a, b) => began(a).localeCompare(began(b))) },
    standings: ({ visitId }) => standings.get(visitId) ?? {},
  };
}

test.each(scenarios.map((scenario) => ({ scenario, title: `${scenario.name} ${scenario.title}` })))(
  'REST and a subscriber end as told: $title',
  async ({ scenario }) => {
    const atTheEnd = scenario.expectations.filter((e) => e.moment.kind === 'end');
    const expected = atTheEnd.flatMap((e) => e.visits);
    const papers = atTheEnd.flatMap((e) => e.papers);
    const boxes = [...new Set(expected.map((v) => v.container))];
    const told = async (): Promise<void> => {
      const known = await shown(boxes);
      for (const { ready, ...visit } of expected) {
        expect(seenVisit(known, visit)).toEqual(visit);
        if (ready) expect(toldPeriods(known, visit, [...new Set(ready.map((p) => p.move))])).toEqual(ready);
      }
      for (const paper of papers) expect(seenPaper(await paperAt(paper), paper)).toEqual(paper);
      for (const visit of known.document.visits) expect(client.visits('all').get(visit.visitId)).toEqual(visit);
    };
    await vi.waitFor(told, { timeout: 20_000, interval: 100 });
  },
  30_000,
);
