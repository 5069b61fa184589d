import { parseContainerNumber } from '@clearquay/domain/identifiers/container-number.ts';
import { expect, test } from 'vitest';
import { createNumberSeries, fleetNumber } from './number-series.ts';
import { createRandom } from './random.ts';

const series = (n: number) =>
  createNumberSeries({ series: n, district: '0908', year: 2026, platePrefix: 'DLC', random: createRandom('numbers') });

test('container numbers carry the right check digit and are no two alike, within a day and between days', () => {
  const days = [0, 1, 2499].map(series);
  const numbers = days.flatMap((day) => Array.from({ length: 4800 }, day.container));
  expect(numbers.filter((number) => !parseContainerNumber(number).ok)).toEqual([]);
  expect(new Set(numbers).size).toBe(3 * 4800);
  expect(fleetNumber(12_000_000)).toBe(fleetNumber(0));
});

test('a declaration number is the district, the year, the direction and nine digits', () => {
  expect(series(3).declaration('import')).toBe('090820261000750001');
  expect(series(3).declaration('export')).toBe('090820260000750001');
});
