import type { SubjectType } from '@clearquay/domain/events/status-event.ts';
import { type Instant, instant } from '@clearquay/domain/identifiers/instant.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';

/** A line that the reader of scenarios does not understand: a defect of the file. */
export class ScenarioDefect extends Error {}

const types: Readonly<Record<string, SubjectType>> = {
  B: 'bill',
  M: 'bill',
  H: 'bill',
  BK: 'bill',
  C: 'container',
  D: 'declaration',
  K: 'call',
};
const kinds: Readonly<Record<string, string>> = { M: 'master', H: 'house', BK: 'booking' };

/** What a short name stands for. */
export interface Named {
  readonly type: SubjectType;
  readonly id: string;
  readonly kind?: string;
}

/** The words that one scenario shares: its short names and its clock. */
export class ScenarioNames {
  readonly ids: Record<string, string> = {};
  readonly zone: string;
  readonly start: Instant;

  /** `zone` is the IANA zone of the port, `start` the moment of offset 0:00. */
  constructor(zone: string, start: Instant) {
    this.zone = zone;
    this.start = start;
  }

  /** True for a short name that was introduced. */
  has(name: string): boolean {
    return Object.hasOwn(this.ids, name);
  }

  /** The subject of a short name; its letters tell the type. */
  resolve(name: string): Named {
    const letters = /^[A-Z]+/.exec(name)?.[0] ?? '';
    const type = types[letters];
    const id = this.ids[name];
    if (!type || id === undefined) throw new ScenarioDefect(`nothing is called ${name}`);
    const kind = kinds[letters];
    return kind ? { type, id, kind } : { type, id };
  }

  /** The instant of an offset such as `54:20`, hours and minutes from the start. */
  instantOf(offset: string): Instant {
    const parts = /^(\d+):([0-5]\d)$/.exec(offset);
    if (!parts) throw new ScenarioDefect(`${offset} is no offset like 54:20`);
    return instant(this.start + (Number(parts[1]) * 60 + Number(parts[2])) * 60_000);
  }

  /** An offset as the API writes the moment. */
  textOf(offset: string): string {
    return formatInstant(this.instantOf(offset), this.zone);
  }
}
