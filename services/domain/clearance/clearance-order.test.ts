import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AcceptedEvent } from '../events/status-event.ts';
import { StoryPort } from '../visit/story.ts';
import { exportStories } from './export-stories.ts';
import { importStories } from './import-stories.ts';

const stories = [...Object.values(importStories), ...Object.values(exportStories)];
const byId = new Map(stories.map((story) => story()).flatMap((events) => events.map((e) => [e.id, e] as const)));

/** What clearance says of every box of a port, as text: also the order of keys must be the same. */
const said = (port: StoryPort): string =>
  JSON.stringify([...port.boxes()].sort().map((box) => (port.folded(box)?.visits ?? []).map(({ state }) => state)));

/** Some of the events of some stories, in any order, some of them twice, in batches of any size. */
const delivery = fc
  .uniqueArray(fc.constantFrom(...stories), { minLength: 1, maxLength: 3 })
  .map((chosen) => chosen.flatMap((story) => story()))
  .chain((events) =>
    fc.tuple(
      fc.subarray(events, { minLength: Math.ceil(events.length / 2) }).chain((some) =>
        fc.record({
          events: fc.constant(some),
          shuffled: fc.shuffledSubarray([...some, ...some.slice(0, 5)], { minLength: Math.min(some.length + 5, some.length * 2) }),
        }),
      ),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 }),
    ),
  );

test('any order, repetition and batching of receipt gives the same holds, conditions, readiness and periods', () => {
  expect(byId.size).toBeGreaterThan(150);
  fc.assert(
    fc.property(delivery, ([{ events, shuffled }, sizes]) => {
      const inOrder = new StoryPort().apply(...events);
      const story = new StoryPort();
      let from = 0;
      for (const size of sizes) {
        story.apply(...shuffled.slice(from, from + size));
        from += size;
      }
      story.apply(...shuffled.slice(from));
      expect(said(story)).toBe(said(inOrder));
    }),
    { numRuns: 150 },
  );
});

test('events of one moment count in the order of the fold, whatever the order of receipt', () => {
  const same = (events: readonly AcceptedEvent[]): AcceptedEvent[] =>
    events.map((e) => ({ ...e, occurredAt: (events[0] as AcceptedEvent).occurredAt }));
  fc.assert(
    fc.property(
      fc.constantFrom(...stories).chain((story) => {
        const events = same(story());
        return fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }));
      }),
      ([events, shuffled]) => {
        expect(said(new StoryPort().apply(...shuffled))).toBe(said(new StoryPort().apply(...events)));
      },
    ),
    { numRuns: 60 },
  );
});
