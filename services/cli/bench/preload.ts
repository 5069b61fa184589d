import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import { eventRecord } from '@clearquay/intake/http/event-record.ts';
import { generatePorts } from '@clearquay/seeds/generator/several-ports.ts';
import type { Runtime } from '../parts.ts';
import type { Load } from './load-generator.ts';

const appendSize = 2_000;

/** What the log was filled with. */
export interface Preloaded {
  readonly events: number;
  /** Events apart from those that the generated day tells again. */
  readonly distinct: number;
  /** Events by code. */
  readonly mix: ReadonlyMap<string, number>;
}

/** Fills the log with generated port days as intake would write them; the next records are made while the last ones are appended. */
export async function preload(
  { seed, ports: busy, containersEach, limit }: Omit<Load, 'url' | 'key'>,
  { log, codec, ports }: Pick<Runtime, 'log' | 'codec' | 'ports'>,
): Promise<Preloaded> {
  const mix = new Map<string, number>();
  const keys = new Set<string>();
  let events = 0;
  let records: LogRecord[] = [];
  let appending: Promise<unknown> = Promise.resolve();
  for (const { event, receivedAt } of generatePorts({ seed, ports: [...busy], containersEach })) {
    if (events === limit) break;
    const parsed = parseStatusEvent(event, ports);
    if (!parsed.ok) throw new Error(`the generator made an event that is refused: ${JSON.stringify(parsed.error)}`);
    records.push(eventRecord(parsed.value, receivedAt, codec));
    mix.set(event.code, (mix.get(event.code) ?? 0) + 1);
    keys.add(`${parsed.value.port} ${event.source} ${event.id}`);
    events++;
    if (records.length < appendSize) continue;
    await appending;
    appending = log.append(records);
    records = [];
  }
  await Promise.all([appending, log.append(records)]);
  return { events, distinct: keys.size, mix };
}
