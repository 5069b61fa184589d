import { carriers, type DemoName } from '../reference/demo-names.ts';
import type { MessRates } from './mess-rates.ts';
import type { NumberSeries } from './number-series.ts';
import type { PortProfile, TerminalProfile } from './port-profile.ts';
import type { Random } from './random.ts';
import type { Recorder, Say } from './recorder.ts';
import type { Stamp } from './stamp.ts';

/** A carrier that speaks for itself. */
export interface Carrier extends DemoName {
  readonly code: string;
  readonly say: Say;
}

/** A terminal that speaks for itself. */
export interface Terminal extends TerminalProfile {
  readonly say: Say;
}

/** What every story of one port day shares. */
export interface DayContext {
  /** First moment of the day of arrivals, in milliseconds. */
  readonly start: number;
  readonly random: Random;
  readonly numbers: NumberSeries;
  readonly profile: PortProfile;
  readonly stamp: Stamp;
  readonly mess: MessRates;
  readonly terminals: readonly Terminal[];
  readonly carriers: readonly Carrier[];
  /** The voices of the agencies, by the key of their source in the profile. */
  readonly say: Readonly<Record<keyof PortProfile['sources'], Say>>;
}

/** Gives every source of a port its voice. */
export function createDayContext(parts: Omit<DayContext, 'terminals' | 'carriers' | 'say'>, recorder: Recorder): DayContext {
  const { sources, terminals } = parts.profile;
  const voice = (name: keyof PortProfile['sources']) => recorder.voice(sources[name]);
  return {
    ...parts,
    terminals: terminals.map((t) => ({ ...t, say: recorder.voice(t.source) })),
    carriers: carriers.map((c) => ({ ...c, say: recorder.voice(c.code.toLowerCase()) })),
    say: {
      customs: voice('customs'),
      singleWindow: voice('singleWindow'),
      maritime: voice('maritime'),
      border: voice('border'),
      quarantine: voice('quarantine'),
      depot: voice('depot'),
      rail: voice('rail'),
      haulage: voice('haulage'),
      tally: voice('tally'),
    },
  };
}
