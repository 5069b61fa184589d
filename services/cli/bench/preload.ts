import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { generatePorts } from '@clearquay/seeds/generator/several-ports.ts';
import type { Parts } from '../parts.ts';
import type { Load } from './load-generator.ts';

const appendSize = 2_000;

/** Fills the log with generated port days as intake would write them; gives their number and mix of codes. */
export async function preload(
  load: Omit<Load, 'url' | 'key'>,
  { log, codec, ports }: Parts,
): Promise<{ events: number; mix: Map<string, number> }> {
  const mix = new Map<string, number>();
  let events = 0;
  let records: LogRecord[] = [];
  const days = generatePorts({ seed: load.seed, ports: [...load.ports], containersEach: load.containersEach });
  for (const { event, receivedAt } of days) {
    const parsed = parseStatusEvent(event, ports);
    if (!parsed.ok) throw new Error(`the generator made an event that is refused: ${JSON.stringify(parsed.error)}`);
    records.push(eventRecord(parsed.value, receivedAt, codec));
    mix.set(event.code, (mix.get(event.code) ?? 0) + 1);
    events++;
    if (records.length < appendSize) continue;
    await log.append(records);
    records = [];
  }
  if (records.length > 0) await log.append(records);
  return { events, mix };
}
