import fc from 'fast-check';

/** A way to receive some events: in some order, some of them again, cut into batches. */
export interface Receipt<T> {
  readonly batches: readonly (readonly T[])[];
}

/** Every way to receive the same set: a permutation with up to `repeats` repetitions anywhere, in batches of up to `largest`. */
export function receiptsOf<T>(events: readonly T[], repeats = 5, largest = 8): fc.Arbitrary<Receipt<T>> {
  const order = fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length });
  const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: repeats });
  const sizes = fc.array(fc.integer({ min: 1, max: largest }), { minLength: 1, maxLength: 12 });
  return fc.tuple(order, again, sizes).map(([shuffled, repetitions, lengths]) => {
    const received = [...shuffled];
    for (const [which, where] of repetitions) {
      const event = events[which % events.length];
      if (event !== undefined) received.splice(where % (received.length + 1), 0, event);
    }
    const batches: T[][] = [];
    for (let from = 0, i = 0; from < received.length; i++) {
      const size = lengths[i % lengths.length] ?? 1;
      batches.push(received.slice(from, from + size));
      from += size;
    }
    return { batches };
  });
}
