import type { Random } from './random.ts';

/** Puts a list in random order (Fisher and Yates); the list itself is kept. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/**
 * Deals one card to each of `count` places. Every kind gets its share of the places, but at least one, so that a rare
 * turn of fate is part of every day; the places left over get `plain`.
 */
export function dealDeck<T extends string>(random: Random, count: number, plain: T, shares: Partial<Record<T, number>>): T[] {
  const cards: T[] = [];
  for (const [kind, share] of Object.entries<number | undefined>(shares))
    for (let n = Math.max(1, Math.round((share ?? 0) * count)); n > 0; n--) cards.push(kind as T);
  while (cards.length < count) cards.push(plain);
  return shuffled(random, cards.slice(0, count));
}
