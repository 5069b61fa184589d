import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';
import { playScenario } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';
import { loadScenario } from './scenario-files.ts';

const name = 's13-out-of-order';
const read = (start?: Parameters<typeof loadScenario>[1]): Scenario => loadScenario(name, start) as Scenario;
const now = instant(Date.UTC(2026, 5, 1, 12, 0, 7));

test('a scenario is sent one event after the other in order of receipt, its last moment being the present minute', async () => {
  const sent: StatusEventJson[] = [];
  const waits: number[] = [];
  const count = await playScenario({
    read,
    send: async (events) => {
      sent.push(...events);
    },
    signal: new AbortController().signal,
    now: () => now,
    sleep: async (ms) => {
      waits.push(ms);
    },
    pauseMs: 250,
  });
  expect(count).toBe(14);
  expect(waits).toEqual(new Array(13).fill(250));
  expect(sent.map((e) => e.id).slice(0, 4)).toEqual(['s13-2', 's13-4', 's13-4', 's13-7']);
  expect(sent.at(-1)).toMatchObject({ id: 's13-11' });
  // The gate-out is received a minute after it happened.
  expect(Date.parse(sent.at(-1)?.occurredAt ?? '')).toBe(now - 67_000);
});

test('an ended play sends nothing more', async () => {
  const ending = new AbortController();
  const count = await playScenario({
    read,
    send: async () => ending.abort(),
    signal: ending.signal,
    now: () => now,
    sleep: async () => undefined,
    pauseMs: 1,
  });
  expect(count).toBe(1);
});
