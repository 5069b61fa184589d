import { presentEvent } from '@clearquay/domain/events/event-json.ts';
import type { AcceptedEvent } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import { told } from '@clearquay/domain/visit/story.ts';
import type { TimelineEntryJson } from '@clearquay/domain/visit/visit-json.ts';
import { generatePortDay } from '@clearquay/seeds/generator/port-day.ts';
import { loadScenarios } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { expect, test } from 'vitest';
import { concerns, entryLine, type Language } from './timeline-text.ts';

const entryOf = (event: TimelineEntryJson['event'], status = 'effective', by?: string): TimelineEntryJson => ({
  event,
  via: event.subject,
  status,
  ...(by !== undefined && { by }),
  receivedAt: '',
  appliedAt: '',
});
const lineOf = (language: Language, event: AcceptedEvent, ...standing: [status?: string, by?: string]): string =>
  entryLine(entryOf(presentEvent(event, 'Asia/Shanghai'), ...standing), language, (_, text) => text);

test('an event is said with what tells it from others of its code, its papers and its source', () => {
  const cutoff = told('8:00', 'terminal.cutoff-set', 'K1', '', { kind: 'gate-in', due: '2026-03-03T20:00:00+08:00' });
  expect(lineOf('zh', cutoff)).toBe('03-01 16:00+08:00  码头场站   截港截关时间（截港，03-03 20:00+08:00） · 航次 K1 ← terminal');
  const free = told('8:00', 'terminal.free-time-set', 'C1', '', { kind: 'storage', lastFreeDay: '2026-03-06' });
  expect(lineOf('zh', free)).toContain('免费期（免堆期，至 3月6日） ←');
  const linked = told('8:00', 'carrier.bill-linked', 'C1', 'B1 BK1 K1', { direction: 'export', load: 'FCL' });
  expect(lineOf('en', linked)).toContain('Bill, box and call linked (export, FCL) · bill B1 · booking BK1 · call K1 ←');
});

test('a time that is no actual one is said to be so where it might be one', () => {
  expect(lineOf('zh', told('8:00', 'terminal.discharged', 'C1', '', { classifier: 'planned' }))).toContain('卸船（计划）');
  expect(lineOf('zh', told('8:00', 'terminal.vessel-arrived', 'K1', '', { classifier: 'estimated' }))).toContain('船舶抵港（预计）');
  expect(lineOf('en', told('8:00', 'carrier.call-opened', 'K1'))).not.toContain('planned');
});

test('an event that counts no more says why', () => {
  expect(lineOf('zh', told('8:00', 'terminal.discharged', 'C1'), 'superseded', 'tally/7')).toContain('[已更正: tally/7]');
});

test('the cut-offs of a call concern no box that arrives by it', () => {
  const cutoff = entryOf(presentEvent(told('8:00', 'terminal.cutoff-set', 'K1'), 'Asia/Shanghai'));
  expect(concerns(cutoff, { direction: 'import' })).toBe(false);
  expect(concerns(cutoff, { direction: 'export' })).toBe(true);
});

/** What stays as a source wrote it: places, numbers and free text. */
const asWritten = /^(reason|goods|item|depot|site|storage|place|from|to|sealNumber|train|result)$/;

test('no attribute of the demo port or of a scenario is left as a keyword in Chinese', () => {
  const day = generatePortDay({ seed: 'words', port: 'CNDLC', start: instant(Date.UTC(2026, 2, 1)), containers: 300 }).map((p) => p.event);
  const events = [...day, ...loadScenarios().flatMap((s) => s.deliveries.map((d) => d.event))];
  const left = new Set<string>();
  for (const event of events) {
    const details = Object.fromEntries(Object.entries(event.details ?? {}).filter(([key]) => !asWritten.test(key)));
    const line = entryLine(entryOf({ ...event, details }), 'zh', (_, text) => text);
    for (const [, told = ''] of line.matchAll(/（(.*)）/g))
      for (const word of told.match(/[a-z]{3,}[a-z-]*/g) ?? []) left.add(`${event.code} ${word}`);
  }
  expect([...left]).toEqual([]);
});
