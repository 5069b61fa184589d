import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Action, Classifier, Details, Location, Party, Reference, Subject } from '@clearquay/domain/events/status-event.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { MessRates } from './mess-rates.ts';
import type { PlayedEvent } from './played-event.ts';
import type { Random } from './random.ts';
import { hour, minute } from './spans.ts';
import type { Stamp } from './stamp.ts';

/** What an event may carry beside its code, subject, time and references. */
interface Telling {
  /** When the source says it, in milliseconds; without it, when it happens. A forecast is told before its time. */
  readonly told?: number;
  /** Without it `actual`, or `planned` for codes that exist only so. */
  readonly classifier?: Classifier;
  readonly details?: Details;
  readonly location?: Location;
  readonly parties?: readonly Party[];
}

/** Tells one event in the name of one source; `at` in milliseconds. */
export type Say = (code: Code, subject: Subject, at: number, references?: readonly Reference[], telling?: Telling) => void;

/** Takes down what all sources of a port say. */
export interface Recorder {
  /** The voice of one source. */
  voice(source: string): Say;
  /** All deliveries so far, in order of receipt. */
  deliveries(): PlayedEvent[];
}

/** What a recorder needs; `random` is used for delays and mess only, so rates never change the story. */
interface RecorderDeps {
  readonly port: string;
  /** Event ids are this text and a running number. */
  readonly idPrefix: string;
  readonly stamp: Stamp;
  readonly random: Random;
  readonly mess: MessRates;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const links: ReadonlySet<Code> = new Set<Code>(['carrier.bill-linked', 'customs.declaration-linked']);
const none: readonly Reference[] = [];
const nothing: Telling = {};
const wholeSecond = (at: number) => Math.round(at / 1000) * 1000;

/** How one event is put into words, before it has an id. */
interface Draft {
  readonly source: string;
  readonly code: Code;
  readonly subject: Subject;
  readonly references: readonly Reference[];
  readonly telling: Telling;
}

/** What a message about an earlier message adds. */
interface Amendment {
  readonly action: Action;
  readonly target: string;
}

class DayRecorder implements Recorder {
  readonly #deliveries: PlayedEvent[] = [];
  readonly #deps: RecorderDeps;
  #count = 0;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  voice(source: string): Say {
    const { random, mess } = this.#deps;
    return (code, subject, at, references = none, telling = nothing) => {
      const draft = { source, code, subject, references, telling };
      const certain = telling.classifier === undefined && telling.told === undefined;
      if (certain && random.chance(mess.correction + mess.cancellation)) this.#slip(draft, at);
      else this.#write(draft, at, telling.told ?? at);
    };
  }

  deliveries(): PlayedEvent[] {
    return this.#deliveries.sort((a, b) => a.receivedAt - b.receivedAt);
  }

  /** A slip of the pen: the wrong time first, then a correction, or a cancellation and a new report. */
  #slip(draft: Draft, at: number): void {
    const { random, mess } = this.#deps;
    const wrong = at - random.between(5 * minute, 90 * minute);
    const noticed = at + random.logNormal(1.5 * hour, 0.8);
    const target = this.#write(draft, wrong, at);
    if (random.chance(mess.correction / (mess.correction + mess.cancellation))) {
      this.#write(draft, at, noticed, { action: 'correct', target });
      return;
    }
    this.#write(draft, wrong, noticed, { action: 'cancel', target });
    this.#write(draft, at, noticed + random.between(minute, 20 * minute));
  }

  #write({ source, code, subject, references, telling }: Draft, at: number, told: number, amendment?: Amendment): string {
    const { idPrefix, port, stamp } = this.#deps;
    const rule = codeRules[code];
    const event: Mutable<StatusEventJson> = {
      id: `${idPrefix}${++this.#count}`,
      action: amendment?.action ?? 'report',
      port,
      source,
      agency: rule.agency,
      code,
      subject,
      references,
      classifier: telling.classifier ?? (rule.classifiers.includes('actual') ? 'actual' : 'planned'),
      occurredAt: stamp(wholeSecond(at)),
      recordedAt: stamp(wholeSecond(told)),
    };
    if (amendment) event.replaces = { source, id: amendment.target };
    if (telling.location) event.location = telling.location;
    if (telling.parties) event.parties = telling.parties;
    if (telling.details) event.details = telling.details;
    this.#deliver(event, code, told);
    return event.id;
  }

  #deliver(event: StatusEventJson, code: Code, told: number): void {
    const { random, mess } = this.#deps;
    let at = told + 1000 + random.logNormal(15_000, 0.9);
    if (random.chance(mess.late)) at += random.logNormal(2 * hour, 1.1);
    if (links.has(code) && random.chance(mess.lateLink)) at += random.between(24 * hour, 100 * hour);
    this.#deliveries.push({ event, receivedAt: instant(Math.round(at)) });
    if (random.chance(mess.duplicate))
      this.#deliveries.push({ event, receivedAt: instant(Math.round(at + random.logNormal(10 * minute, 1))) });
  }
}

/** Writes events down with the delays, repeats and slips of real partners. */
export const createRecorder = (deps: RecorderDeps): Recorder => new DayRecorder(deps);
