import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import { fromLocal } from '@clearquay/domain/identifiers/zone.ts';
import { type EventLineContext, readEventLine } from './read-event-line.ts';
import {
  type PaperDraft,
  readMoment,
  readPaperHead,
  readPaperLine,
  readVisitHead,
  readVisitLine,
  type VisitDraft,
} from './read-expectation-line.ts';
import type { Delivery, ExpectedPaper, ExpectedVisit, Moment, Scenario } from './scenario.ts';
import { ScenarioDefect, ScenarioNames } from './scenario-names.ts';

interface Section {
  readonly moment: Moment;
  readonly visits: ExpectedVisit[];
  readonly papers: ExpectedPaper[];
}

/** Reads the lines of one scenario in order. */
class Reading {
  readonly name: string;
  readonly title: string;
  readonly port: string;
  readonly names: ScenarioNames;
  readonly deliveries: Delivery[] = [];
  readonly sections: Section[] = [];
  readonly #context: EventLineContext;
  #part: 'names' | 'events' | 'expect' | undefined;
  /** What the next lines speak of. */
  #about: { readonly visit: VisitDraft } | { readonly paper: PaperDraft } | undefined;

  constructor(first: string, second: string, start: Instant | undefined) {
    const head = /^(S\d\d) (.+)$/.exec(first);
    const place = /^([A-Z]{2}[A-Z2-9]{3}) (\S+) from (\d{4}-\d\d-\d\d)$/.exec(second);
    if (!head || !place) throw new ScenarioDefect('begin with `S01 Title` and `CNDLC Asia/Shanghai from 2026-03-02`');
    this.name = head[1] ?? '';
    this.title = head[2] ?? '';
    this.port = place[1] ?? '';
    const zone = place[2] ?? '';
    this.names = new ScenarioNames(zone, start ?? fromLocal(zone, Date.parse(`${place[3]}T00:00Z`)).at);
    this.#context = { name: this.name, port: this.port, names: this.names, labelled: new Map<string, StatusEventJson>() };
  }

  read(line: string): void {
    if (line === 'names' || line === 'events' || line === 'expect') this.#part = line;
    else if (this.#part === 'names') this.#readName(line);
    else if (this.#part === 'events') this.deliveries.push(readEventLine(line, this.deliveries.length + 1, this.#context));
    else if (this.#part === 'expect') this.#readExpectation(line);
    else throw new ScenarioDefect('a line belongs under names, events or expect');
  }

  #readName(line: string): void {
    const [name = '', id, ...rest] = line.split(/\s+/);
    if (id === undefined || rest.length > 0) throw new ScenarioDefect('a name is a short name and what it stands for');
    this.names.ids[name] = id;
  }

  #readExpectation(line: string): void {
    const moment = readMoment(line, this.names);
    const section = this.sections.at(-1);
    if (moment) {
      this.sections.push({ moment, visits: [], papers: [] });
      this.#about = undefined;
      return;
    }
    if (!section) throw new ScenarioDefect('say when: `at the end`, `at 34:30` or `known at 11:05`');
    const visit = readVisitHead(line, this.names);
    const paper = visit ? undefined : readPaperHead(line, this.names);
    if (visit) {
      this.#about = { visit };
      section.visits.push(visit);
    } else if (paper) {
      this.#about = { paper };
      section.papers.push(paper);
    } else if (!this.#about) throw new ScenarioDefect('name the visit, bill or declaration first, as in `C1 visit 1`');
    else if ('visit' in this.#about) readVisitLine(this.#about.visit, line, this.names, this.name);
    else readPaperLine(this.#about.paper, line, this.names, this.name);
  }
}

/**
 * Reads a scenario: a title, a line with port, zone and first day, then `names`, `events` and `expect`. `#` at the
 * start of a line begins a remark; indentation is for the eye. Offsets count from local midnight of the first day, or from
 * `start`. Throws `ScenarioDefect` with the number of the line.
 */
export function readScenario(text: string, start?: Instant): Scenario {
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const told = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const [first, second, ...rest] = told;
  const reading = new Reading(first?.line ?? '', second?.line ?? '', start);
  for (const { line, number } of rest) {
    try {
      reading.read(line);
    } catch (error) {
      if (error instanceof ScenarioDefect) throw new ScenarioDefect(`${reading.name} line ${number}: ${error.message}`);
      throw error;
    }
  }
  const { name, title, port, names, deliveries, sections } = reading;
  return { name, title, port, zone: names.zone, start: names.start, ids: names.ids, deliveries, expectations: sections };
}
