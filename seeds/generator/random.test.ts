import { expect, test } from 'vitest';
import { dealDeck } from './deck.ts';
import { createRandom } from './random.ts';

test('the same seed draws the same numbers, another seed others', () => {
  const draws = (seed: string) => Array.from({ length: 50 }, createRandom(seed).next);
  expect(draws('a')).toEqual(draws('a'));
  expect(draws('a')).not.toEqual(draws('b'));
});

test('log-normal draws lie around their median and stay below twelve of it', () => {
  const random = createRandom('spread');
  const drawn = Array.from({ length: 4000 }, () => random.logNormal(10, 0.7)).sort((a, b) => a - b);
  expect(drawn[2000]).toBeGreaterThan(9);
  expect(drawn[2000]).toBeLessThan(11);
  expect(drawn.at(-1)).toBeLessThanOrEqual(120);
});

test('a deck gives every kind its share and rare kinds at least one place', () => {
  const deck = dealDeck<'plain' | 'often' | 'rare'>(createRandom('deck'), 200, 'plain', { often: 0.25, rare: 0.0001 });
  expect(deck).toHaveLength(200);
  expect(deck.filter((card) => card === 'often')).toHaveLength(50);
  expect(deck.filter((card) => card === 'rare')).toHaveLength(1);
});
