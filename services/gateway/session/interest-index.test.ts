import type { Filter } from '@clearquay/domain/stream/filter.ts';
import { expect, test } from 'vitest';
import { sampleContainer, sampleUpdate } from '../tail/sample-update.ts';
import { createInterestIndex } from './interest-index.ts';

function offered(entries: readonly [string, Filter][], removed: readonly [string, Filter][] = []) {
  const index = createInterestIndex<string>();
  for (const [session, filter] of entries) index.add(session, filter);
  for (const [session, filter] of removed) index.remove(session, filter);
  const found: string[] = [];
  index.each(sampleUpdate(1, 1), (session) => found.push(session));
  return found.sort();
}

test('only sessions whose container or port can match are asked, and those without either', () => {
  const found = offered([
    ['container', { containers: [sampleContainer(1), sampleContainer(2)] }],
    ['other container', { containers: [sampleContainer(2)], ports: ['CNDLC'] }],
    ['port', { ports: ['CNDLC'] }],
    ['other port', { ports: ['CNYTG'] }],
    ['bill', { bills: ['QHBL9'], containers: [] }],
    ['everything', {}],
  ]);
  expect(found).toEqual(['bill', 'container', 'everything', 'port']);
});

test('a session with several filters is asked once', () => {
  expect(
    offered([
      ['s', {}],
      ['s', { ports: ['CNDLC'] }],
      ['s', { containers: [sampleContainer(1), sampleContainer(1)] }],
    ]),
  ).toEqual(['s']);
});

test('a session stays as long as one of two equal filters does', () => {
  const twice: [string, Filter][] = [
    ['s', { ports: ['CNDLC'] }],
    ['s', { ports: ['CNDLC'] }],
  ];
  expect(offered(twice, twice.slice(0, 1))).toEqual(['s']);
  expect(offered(twice, twice)).toEqual([]);
});
