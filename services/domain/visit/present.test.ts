import { expect, test } from 'vitest';
import { importStories } from '../clearance/import-stories.ts';
import { instant } from '../identifiers/instant.ts';
import { presentVisit } from './present.ts';
import { at, StoryPort, told } from './story.ts';

const zone = 'Asia/Shanghai';
const shown = (events: ReturnType<typeof importStories.plain>, box: string, time: string) => {
  const visit = new StoryPort().apply(...events).visits(box)[0];
  if (!visit) throw new Error('No visit.');
  return presentVisit(visit, 7n, zone, instant(at(time)));
};

test('a visit is written with its holds, conditions, readiness, clocks and deadlines, in local time', () => {
  const json = shown(importStories.conditional(), 'C5', '130:00');
  expect(json.holds[1]).toMatchObject({
    agency: 'customs',
    kind: 'sample',
    subject: { type: 'container', id: 'C5' },
    placedAt: '2026-03-02T13:00:00+08:00',
    liftedAt: '2026-03-06T08:00:00+08:00',
    waivedFrom: '2026-03-02T13:40:00+08:00',
    waives: ['pick-up', 'load'],
  });
  expect(json.conditions).toEqual([{ code: 'no-sale-or-use', since: '2026-03-02T13:40:00+08:00', until: '2026-03-06T10:10:00+08:00' }]);
  expect(json.readiness.pickup).toMatchObject({
    verdict: 'not-applicable',
    reasons: [{ code: 'already-left' }],
    periods: [{ from: '2026-03-02T14:10:00+08:00', to: '2026-03-02T17:00:00+08:00', withConditions: true }],
  });
  expect(json.clocks['dwell-import']).toMatchObject({ state: 'stopped', hours: 7 });
});

test('only what depends on time changes with the reader: the same facts become due', () => {
  const order = told('54:30', 'carrier.delivery-order-issued', 'B1', '', { validUntil: '2026-03-03T10:00:00Z' });
  const events = [...importStories.plain().filter((e) => e.occurredAt <= at('54:10')), order];
  const before = shown(events, 'C1', '57:00');
  expect(before.readiness.pickup).toMatchObject({ verdict: 'ready', readySince: '2026-03-03T14:10:00+08:00' });
  expect(before.nextChangeAt).toBe('2026-03-03T18:00:00.001+08:00');
  const after = shown(events, 'C1', '58:01');
  expect(after.readiness.pickup?.verdict).toBe('not-ready');
  expect(after.deadlines.find((d) => d.kind === 'delivery-order')?.state).toBe('missed');
  expect(after.holds).toEqual(before.holds);
});
