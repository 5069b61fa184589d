import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import { expect, test } from 'vitest';
import { createDemoDays } from './demo-days.ts';
import { type PortDayPlay, playPortDay } from './play-port-day.ts';
import type { PlayedEvent } from './played-event.ts';

const hour = 3_600_000;
const begin = Date.UTC(2026, 5, 1);

/** A stage without real time: sleeping moves the clock. */
function stage(sendMs = 0) {
  let clock = begin;
  const abort = new AbortController();
  const sends: { readonly at: number; readonly events: readonly StatusEventJson[] }[] = [];
  const play: Omit<PortDayPlay, 'days'> = {
    speed: 2,
    dayCount: 1,
    signal: abort.signal,
    now: () => instant(clock),
    sleep: async (ms) => {
      clock += ms;
    },
    send: async (events) => {
      sends.push({ at: clock, events });
      clock += sendMs;
    },
  };
  return { play, sends, abort, now: () => clock };
}

/** A day with one delivery every ten minutes from ten hours before its start to a hundred hours after it. */
const steady = (n: number, start: Instant): PlayedEvent[] =>
  Array.from({ length: 660 }, (_, i) => {
    const at = start - 10 * hour + i * 600_000;
    return { event: { id: `e-${n}-${i}`, occurredAt: new Date(at).toISOString() } as StatusEventJson, receivedAt: instant(at) };
  });

test('the history goes out at once, the rest at the speed asked for', async () => {
  const { play, sends, now } = stage();
  await playPortDay({ ...play, days: steady });
  const history = sends.filter((s) => s.at === begin).flatMap((s) => s.events);
  expect(history.length).toBeGreaterThanOrEqual(22 * 6);
  expect(history.length).toBeLessThanOrEqual(22 * 6 + 1);
  // 60 hours at two port minutes a second last half an hour
  expect(now() - begin).toBeGreaterThan(0.98 * 0.5 * hour);
  expect(now() - begin).toBeLessThan(1.02 * 0.5 * hour);
  expect(sends.at(-1)?.at).toBeGreaterThan(begin + 0.48 * hour);
});

test('events go out in order and only once, up to the end of the day', async () => {
  const { play, sends } = stage();
  const totals = await playPortDay({ ...play, days: steady });
  const ids = sends.flatMap((s) => s.events.map((e) => e.id));
  expect(ids).toEqual(Array.from({ length: 82 * 6 }, (_, i) => `e-0-${i}`));
  expect(totals).toEqual({ days: 1, events: ids.length });
});

test('the story ends near the real now and is never ahead of it', async () => {
  const { play, sends, now } = stage();
  await playPortDay({ ...play, days: steady });
  const last = Date.parse(sends.at(-1)?.events.at(-1)?.occurredAt ?? '');
  expect(Math.abs(now() - last)).toBeLessThan(15 * 60_000);
  for (const { at, events } of sends) for (const e of events) expect(Date.parse(e.occurredAt)).toBeLessThanOrEqual(at);
});

test('batches hold at most 500 events, one at a time, and a slow receiver loses none', async () => {
  const sent = async (sendMs: number) => {
    const { play, sends } = stage(sendMs);
    let open = 0;
    const send = async (events: readonly StatusEventJson[]) => {
      expect(++open).toBe(1);
      await play.send(events);
      open--;
    };
    await playPortDay({ ...play, send, speed: 120, days: createDemoDays({ port: 'CNDLC', containers: 150, run: 'slow' }) });
    return sends;
  };
  const [quick, slow] = [await sent(0), await sent(20_000)];
  expect(Math.max(...slow.map((s) => s.events.length))).toBe(500);
  expect(slow.length).toBeLessThan(quick.length);
  const ids = (sends: typeof slow) => sends.flatMap((s) => s.events.map((e) => e.id));
  expect(new Set(ids(quick)).size).toBeGreaterThan(2500);
  expect(ids(slow)).toEqual(ids(quick));
});

test('when a day ends the next one begins with other events and dates near the new now', async () => {
  const { play, sends } = stage();
  const starts: number[] = [];
  const days = createDemoDays({ port: 'CNDLC', containers: 100, run: 'r1' });
  const totals = await playPortDay({
    ...play,
    dayCount: 3,
    days: (n, start) => {
      starts.push(start);
      return days(n, start);
    },
  });
  expect(totals.days).toBe(3);
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(0.45 * hour);
  const byDay = Map.groupBy(
    sends.flatMap((s) => s.events),
    (e) => e.id.split('-')[2],
  );
  expect([...byDay.keys()]).toEqual(['0', '1', '2']);
  const boxes = [...byDay.values()].map((events) => new Set(events.filter((e) => e.subject.type === 'container').map((e) => e.subject.id)));
  expect([...(boxes[0] ?? [])].filter((id) => boxes[1]?.has(id))).toEqual([]);
});

test('an abort ends the play before the next batch', async () => {
  const { play, sends, abort } = stage();
  const sleep = async () => abort.abort();
  const totals = await playPortDay({ ...play, days: steady, dayCount: Number.POSITIVE_INFINITY, sleep });
  expect(totals).toEqual({ days: 1, events: sends.flatMap((s) => s.events).length });
  expect(totals.events).toBeLessThan(140);
});

test('a refused batch ends the play with the error of the receiver', async () => {
  const { play } = stage();
  await expect(playPortDay({ ...play, days: steady, send: () => Promise.reject(new Error('intake is down')) })).rejects.toThrow(
    'intake is down',
  );
});

test('a speed slower than the clock itself is a mistake of the caller', async () => {
  const { play } = stage();
  await expect(playPortDay({ ...play, days: steady, speed: 1 / 60 })).rejects.toThrow(RangeError);
});
