import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { acceptEvent } from '@clearquay/domain/events/accept-event.ts';
import type { StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import type { PaperJson } from '@clearquay/domain/fold-file/document-json.ts';
import { documentOf, foldPort } from '@clearquay/domain/fold-file/fold-document.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { loadScenarios } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway, testKey } from '../support/gateway-under-test.ts';
import { boxNumber, PortStory } from '../support/port-story.ts';
import { LogDirectory, startProcessor } from '../support/processor-under-test.ts';
import { publishedLists } from '../support/published-lists.ts';
import { accepted } from '../support/scenario-view.ts';
import { portDay } from '../support/small-port-day.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';

const ports = await loadPorts(new URL('../../seeds/reference/ports.csv', import.meta.url));
const longAfter = instant(Date.UTC(2026, 5, 1));

let house: TestWarehouse;
let directory: LogDirectory;
let gateway: TestGateway;
let papers: { readonly path: string; readonly paper: PaperJson }[];

const bill = (id: string): Subject => ({ type: 'bill', id });
const box = (serial: number): Subject => ({ type: 'container', id: boxNumber(serial) });

/** What was told of a story when it was two thirds through: at its end hardly anything is held. */
const begun = <T>(story: readonly T[]): readonly T[] => story.slice(0, Math.ceil((story.length * 2) / 3));

/** A bill of six boxes, of which one is released, one seized, one has lost its release and one has not come. */
function mixedBill(): StatusEvent[] {
  const story = new PortStory('CNYTG');
  const mixed = bill('QXMIXED');
  const boxes = [1, 2, 3, 4, 5].map(box);
  const [released = box(1), seized = box(2), revoked = box(3)] = boxes;
  return [
    ...boxes.map((b) => story.linked(b, mixed)),
    story.tell(1, 'customs.manifest-accepted', mixed, [], { boxes: 6 }),
    ...[released, revoked].map((b) => story.tell(2, 'customs.released', b)),
    story.tell(3, 'customs.seized', seized),
    story.tell(4, 'customs.release-revoked', revoked),
  ];
}

/** More boxes under one bill than an answer lists, and one more that never comes; one of them also stands on it at another port. */
function largeBill(): StatusEvent[] {
  const large = bill('QXLARGE');
  const [here, there] = [new PortStory('CNTXG'), new PortStory('CNYIK')];
  const boxes = Array.from({ length: 520 }, (_, i) => box(1_000 + i));
  return [
    ...boxes.map((b) => here.linked(b, large)),
    here.tell(1, 'customs.manifest-accepted', large, [], { boxes: 521 }),
    ...boxes.slice(0, 300).map((b) => here.tell(2, 'terminal.discharged', b, [here.call()], { full: true })),
    ...boxes.slice(0, 200).map((b) => here.tell(3, 'customs.released', b)),
    there.linked(box(1_000), large),
    there.tell(4, 'customs.released', large),
  ];
}

beforeAll(async () => {
  [house, directory] = await Promise.all([openTestWarehouse(), LogDirectory.open()]);
  gateway = await startGateway(directory, house.warehouse);
  const scenarios = loadScenarios().flatMap((s) => begun(s.deliveries).map((d) => accepted(d, ports)));
  const sent: StatusEvent[] = [...begun(portDay(20260302, 60, ports)), ...scenarios, ...mixedBill(), ...largeBill()];
  const { processor, committed } = await startProcessor({ log: directory.log, warehouse: house.warehouse }, directory.codec);
  await directory.send(sent);
  await committed(sent.length);
  await processor.close();
  const events = sent.map((e) => acceptEvent(e, e.occurredAt, e.occurredAt));
  papers = [...Map.groupBy(events, (e) => e.port)].flatMap(([port, ofPort]) => {
    const zone = ports.resolve(port)?.zone ?? '';
    const known = foldPort(port, ofPort, { ...publishedLists, zone });
    const { bills, declarations } = documentOf(known, { all: true }, longAfter, zone);
    const at = (path: string) => (paper: PaperJson) => ({ path: `/v1/${path}/${encodeURIComponent(paper.id)}`, paper });
    return [...bills.map(at('bills')), ...declarations.map(at('declarations'))];
  });
});
afterAll(async () => {
  await gateway.stop();
  await directory.stop();
  await house.stop();
});

type Shown = PaperJson & { readonly progress: object; readonly ports: readonly PaperJson[]; readonly visits: readonly unknown[] };

async function shown(path: string): Promise<Shown> {
  const response = await fetch(new URL(path, gateway.url), { headers: { authorization: `Bearer ${testKey}` } });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Shown;
}

/** What a paper tells of its boxes, apart from their list. */
const told = (paper: PaperJson) => {
  const { n, released, conditional, held, revoked, seized, pending, unlinked, state } = paper;
  const { withSeizure, countConflict, clocks, delivery } = paper;
  return { n, released, conditional, held, revoked, seized, pending, unlinked, state, withSeizure, countConflict, clocks, delivery };
};

test('every bill and declaration of a day and of the scenarios tells at REST what its fold tells', async () => {
  const states = new Set<string>();
  const kinds = new Set<string>();
  for (const { path, paper } of papers.filter((p) => p.paper.id !== 'QXLARGE')) {
    const found = await shown(path);
    expect(told(found), path).toEqual(told(paper));
    expect(found.kind, path).toBe(paper.kind);
    if (found.kind) kinds.add(found.kind);
    expect(found.progress, path).toEqual({ n: paper.visits.length, ...paper.boxes });
    for (const [name, count] of Object.entries(told(paper))) if (typeof count === 'number' && count > 0) states.add(name);
    states.add(paper.state);
  }
  expect(papers.length).toBeGreaterThan(100);
  expect([...kinds].sort()).toEqual(['booking', 'house', 'master']);
  expect([...states].sort()).toEqual(['conditional', 'held', 'n', 'partial', 'pending', 'released', 'revoked', 'seized', 'unlinked']);
});

test('a bill with more boxes than are listed counts all of them, at each of its ports', async () => {
  const found = await shown('/v1/bills/QXLARGE');
  expect(found.visits).toHaveLength(500);
  for (const { paper } of papers.filter((p) => p.paper.id === 'QXLARGE'))
    expect(found.ports.find((p) => p.port === paper.port)).toEqual({ port: paper.port, ...told(paper) });
  expect(found).toMatchObject({
    n: 522,
    released: 201,
    pending: 320,
    unlinked: 1,
    state: 'partial',
    progress: { n: 521, discharged: 300 },
  });
});
