import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedEvent, Details } from '../events/status-event.ts';
import { type Entry, settle } from '../visit/standing.ts';
import { at, told } from '../visit/story.ts';
import { when } from './clock-story.ts';
import { longPowerGaps, powerOffStretches, reeferConditions } from './cold-chain.ts';

const entries = (events: readonly AcceptedEvent[]): readonly Entry[] => settle('container:C7', events).entries;
const reading = (offset: string, details: Details) => told(offset, 'terminal.reefer-temperature-recorded', 'C7', '', details);
const linked = told('0:00', 'carrier.bill-linked', 'C7', 'B7 K7', { direction: 'import', setPoint: -18 });

/** The readings of S07; the set point stands on the manifest alone. */
const warmed = [
  linked,
  reading('22:30', { return: -17.5 }),
  reading('28:00', { return: -12 }),
  reading('29:05', { return: -12.5, id: 'r3' }),
];

test('S07: an hour out of range raises the condition, since the first reading out of range', () => {
  expect(reeferConditions(entries(warmed.slice(0, 3)))).toEqual([]);
  expect(reeferConditions(entries(warmed))).toEqual([{ code: 'reefer-out-of-range', since: at('28:00'), raisedBy: 'terminal/r3' }]);
});

test('a reading in range ends the condition; one in between begins the hour anew', () => {
  expect(reeferConditions(entries([...warmed, reading('35:00', { return: -17 })]))).toMatchObject([
    { since: at('28:00'), until: at('35:00') },
  ]);
  expect(reeferConditions(entries([...warmed, reading('28:30', { return: -17 })]))).toEqual([]);
});

test('three degrees are in range and sixty minutes are long enough', () => {
  const around = (setPoint: number, value: number, later: string) =>
    reeferConditions(entries([reading('1:00', { setPoint, return: value }), reading(later, { setPoint, return: value })])).length;
  expect([around(-18, -15, '9:00'), around(-18, -21, '9:00'), around(0.1, 3.1, '9:00')]).toEqual([0, 0, 0]);
  expect([around(-18, -14.9, '2:00'), around(-18, -14.9, '1:59'), around(2, -1.1, '2:00')]).toEqual([1, 0, 1]);
});

test('return air is judged, else supply air; text is read as a number, and a reading without one says nothing', () => {
  const out = { setPoint: '-18.0', supply: -18, return: '−12.0' };
  expect(reeferConditions(entries([reading('1:00', out), reading('2:00', { ambient: 30 }), reading('3:00', out)]))).toHaveLength(1);
  const supplyOnly = { setPoint: -18, supply: -12 };
  expect(reeferConditions(entries([reading('1:00', supplyOnly), reading('3:00', supplyOnly)]))).toHaveLength(1);
  expect(reeferConditions(entries([reading('1:00', { return: 12 }), reading('3:00', { return: 12 })]))).toEqual([]);
});

test('the order of receipt changes nothing', () => {
  const expected = reeferConditions(entries(warmed));
  fc.assert(
    fc.property(fc.shuffledSubarray(warmed, { minLength: warmed.length }), (events) => {
      expect(reeferConditions(entries(events))).toEqual(expected);
    }),
  );
});

test('a power-off gap is shown when it is longer than two hours, also while it lasts', () => {
  const off = powerOffStretches(
    entries([
      reading('1:00', { power: 'off' }),
      reading('2:00', { power: 'off' }),
      reading('3:00', { power: 'on' }),
      reading('5:00', { power: 'off' }),
      reading('8:00', { power: 'on' }),
      reading('9:00', { power: false }),
    ]),
  );
  expect(longPowerGaps(off, when('11:00'))).toEqual([{ from: at('5:00'), to: at('8:00') }]);
  expect(longPowerGaps(off, when('11:01'))).toEqual([{ from: at('5:00'), to: at('8:00') }, { from: at('9:00') }]);
});
