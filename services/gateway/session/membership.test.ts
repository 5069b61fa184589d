import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { expect, test } from 'vitest';
import { sampleContainer, sampleUpdate, sampleVisitId } from '../tail/sample-update.ts';
import { Membership } from './membership.ts';

const judge = (filter: Filter, overrides: Parameters<typeof sampleUpdate>[2], resumed = false) =>
  new Membership(filter, resumed).judge(sampleUpdate(1, 1, overrides));

test('every list of a filter lets in what it names and keeps out what it does not', () => {
  const values = {
    containers: [{}, sampleContainer(1)],
    ports: [{}, 'CNDLC'],
    directions: [{ direction: 'export' }, 'export'],
    statuses: [{ status: 'expected' }, 'expected'],
    bills: [{ bills: ['QHBL7', 'QHBL8'] }, 'QHBL8'],
    declarations: [{ declarations: ['090820261000000017'] }, '090820261000000017'],
    bookings: [{ bookings: ['QHBK5'] }, 'QHBK5'],
    calls: [{ calls: ['9900100:CNDLC:026E'] }, '9900100:CNDLC:026E'],
    holds: [{ holds: ['inspection'] }, 'inspection'],
    codes: [{ codes: ['customs.released'] }, 'customs.released'],
  } as const satisfies Record<keyof Filter, readonly [Parameters<typeof sampleUpdate>[2], string]>;
  for (const [list, [overrides, wanted]] of Object.entries(values)) {
    expect([list, judge({ [list]: [wanted] }, overrides)]).toEqual([list, 'delta']);
    expect([list, judge({ [list]: ['other', wanted] }, overrides)]).toEqual([list, 'delta']);
    expect([list, judge({ [list]: ['other'] }, overrides)]).toEqual([list, 'nothing']);
    expect([list, judge({ [list]: [wanted], statuses: ['none'] }, overrides)]).toEqual([list, 'nothing']);
  }
});

test('an empty filter and an empty list want everything', () => {
  expect(judge({}, {})).toBe('delta');
  expect(judge({ bills: [], containers: [] }, {})).toBe('delta');
});

test('a visit that stops matching leaves once; one that never matched does not', () => {
  const membership = new Membership({ statuses: ['open'] }, false);
  expect(membership.judge(sampleUpdate(1, 1))).toBe('delta');
  expect(membership.judge(sampleUpdate(1, 2, { status: 'closed' }))).toBe('left-filter');
  expect(membership.judge(sampleUpdate(1, 3, { status: 'closed' }))).toBe('nothing');
  expect(membership.judge(sampleUpdate(2, 4, { status: 'closed' }))).toBe('nothing');
  expect(membership.judge(sampleUpdate(1, 5))).toBe('delta');
});

test('a visit of the snapshot that stops matching leaves', () => {
  const membership = new Membership({ bills: ['QHBL1'] }, false);
  membership.admit(sampleVisitId(1));
  expect(membership.judge(sampleUpdate(1, 1, { bills: [] }))).toBe('left-filter');
});

test('after a resume a visit that does not match leaves once, because the client may hold it', () => {
  const membership = new Membership({ statuses: ['open'] }, true);
  expect(membership.judge(sampleUpdate(1, 1, { status: 'closed' }))).toBe('left-filter');
  expect(membership.judge(sampleUpdate(1, 2, { status: 'closed' }))).toBe('nothing');
  expect(membership.judge(sampleUpdate(1, 3))).toBe('delta');
  expect(membership.judge(sampleUpdate(1, 4, { status: 'closed' }))).toBe('left-filter');
});

test('a visit that came in by a code stays when later events have other codes', () => {
  const membership = new Membership({ codes: ['customs.released'] }, false);
  expect(membership.judge(sampleUpdate(1, 1))).toBe('nothing');
  expect(membership.judge(sampleUpdate(1, 2, { codes: ['customs.released'] }))).toBe('delta');
  expect(membership.judge(sampleUpdate(1, 3, { codes: ['terminal.gated-out'] }))).toBe('delta');
});

test('a merged visit is taken away from who may hold it, and from nobody else', () => {
  expect(judge({}, { cause: 'merged' })).toBe('merged');
  expect(judge({ containers: [sampleContainer(1)] }, { cause: 'merged' })).toBe('merged');
  expect(judge({ containers: [sampleContainer(2)] }, { cause: 'merged' })).toBe('nothing');
  expect(judge({ bills: ['QHBL9'] }, { cause: 'merged' })).toBe('nothing');
});

test('filters on container and port remember nothing', () => {
  const membership = new Membership({ ports: ['CNDLC'] }, true);
  for (let n = 1; n <= 50; n++) membership.judge(sampleUpdate(n, n));
  expect(membership.size).toBe(0);
});
