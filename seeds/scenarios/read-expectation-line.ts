import {
  readAccount,
  readClocks,
  readCodes,
  readConditions,
  readDeadlines,
  readEntries,
  readHolds,
  readIds,
  readMoveVerdict,
  readPeriods,
  readSeals,
  readTimes,
  readVerdict,
  readWords,
} from './expectation-items.ts';
import type { ExpectedPaper, ExpectedVisit, Moment } from './scenario.ts';
import { ScenarioDefect, type ScenarioNames } from './scenario-names.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A visit whose lines are being read. */
export type VisitDraft = Writable<ExpectedVisit>;

/** A bill or declaration whose lines are being read. */
export type PaperDraft = Writable<ExpectedPaper>;

/** `at the end`, `at 34:30` or `known at 11:05`. */
export function readMoment(line: string, names: ScenarioNames): Moment | undefined {
  if (line === 'at the end') return { kind: 'end' };
  const match = /^(known )?at (\d+:\d\d)$/.exec(line);
  return match ? { kind: match[1] ? 'known' : 'at', time: names.instantOf(match[2] ?? '') } : undefined;
}

const visitForm =
  /^(?<box>C\d+) visit (?<nth>\d)(?: (?<direction>import|export|transhipment|empty))?(?<guessed> guessed)?(?: (?<status>expected|open|closed))?(?: (?<closedAs>(?!from|to|absent)\S+))?(?: from (?<from>\S+))?(?: to (?<to>\S+))?(?<absent> absent)?$/;

/** `C13 visit 1 import guessed closed gated-out from 6:20 to 20:20`, or `C11 visit 2 absent`. */
export function readVisitHead(line: string, names: ScenarioNames): VisitDraft | undefined {
  if (!/^C\d+ visit /.test(line)) return undefined;
  const said = visitForm.exec(line)?.groups;
  if (!said) throw new ScenarioDefect(`a visit is not told like this: ${line}`);
  const { box = '', nth, direction, guessed, status, closedAs, from, to, absent } = said;
  return {
    container: names.resolve(box).id,
    nth: Number(nth),
    ...(direction && { direction, directionGuessed: guessed !== undefined }),
    ...(status && { status }),
    ...(closedAs && { closedAs }),
    ...(from && { openedAt: names.textOf(from) }),
    ...(to && { closedAt: names.textOf(to) }),
    ...(absent && { absent: true }),
  };
}

/** `B3 partial n 5 released 4 held 1`; only the counts that are named are judged. */
export function readPaperHead(line: string, names: ScenarioNames): PaperDraft | undefined {
  const {
    name = '',
    state,
    counts = '',
  } = /^(?<name>\S+)(?: (?<state>pending|partial|released)(?= n |$))?(?<counts>(?: [a-z]+ \d+)*)$/.exec(line)?.groups ?? {};
  if (!names.has(name)) return undefined;
  const { type, id } = names.resolve(name);
  if (type !== 'bill' && type !== 'declaration') return undefined;
  const found = [...counts.matchAll(/ ([a-z]+) (\d+)/g)].map(([, count = '', n]): [string, number] => [count, Number(n)]);
  return { type, id, ...(state && { state }), counts: Object.fromEntries(found) };
}

type LineReader<T> = (draft: T, text: string, names: ScenarioNames, scenario: string) => void;

const visitLines: Readonly<Record<string, LineReader<VisitDraft>>> = {
  id: (draft, text, names) => {
    const moment = readMoment(text.replace(/^as /, ''), names);
    if (moment?.kind !== 'known') throw new ScenarioDefect('say `id: as known at 744:00`');
    draft.idAsKnownAt = moment.time;
  },
  facility: (draft, text) => {
    draft.facility = text;
  },
  calls: (draft, text, names) => {
    draft.calls = readIds(text, names);
  },
  bills: (draft, text, names) => {
    draft.bills = readIds(text, names);
  },
  declarations: (draft, text, names) => {
    draft.declarations = readIds(text, names);
  },
  bookings: (draft, text, names) => {
    draft.bookings = readIds(text, names);
  },
  lanes: (draft, text) => {
    draft.lanes = readWords(text);
  },
  milestones: (draft, text, names) => {
    draft.milestones = { ...draft.milestones, ...readTimes(text, names) };
  },
  first: (draft, text, names) => {
    draft.first = readTimes(text, names);
  },
  holds: (draft, text, names, scenario) => {
    draft.holds = readHolds(text, names, scenario);
  },
  conditions: (draft, text, names) => {
    draft.conditions = readConditions(text, names);
  },
  seals: (draft, text, names) => {
    draft.seals = readSeals(text, names);
  },
  verdict: (draft, text, names) => {
    draft.readiness = [...(draft.readiness ?? []), readMoveVerdict(text, names)];
  },
  ready: (draft, text, names) => {
    draft.ready = readPeriods(text, names);
  },
  clocks: (draft, text) => {
    draft.clocks = { ...draft.clocks, ...readClocks(text) };
  },
  deadlines: (draft, text, names) => {
    draft.deadlines = readDeadlines(text, names);
  },
  account: (draft, text) => {
    draft.account = readAccount(text);
  },
  findings: (draft, text) => {
    draft.findings = readCodes(text);
  },
  entries: (draft, text, _names, scenario) => {
    draft.entries = readEntries(text, scenario);
  },
};

const paperLines: Readonly<Record<string, LineReader<PaperDraft>>> = {
  clocks: (draft, text) => {
    draft.clocks = { ...draft.clocks, ...readClocks(text) };
  },
  delivery: (draft, text, names) => {
    draft.delivery = readVerdict(text, names);
  },
};

function readLine<T>(
  readers: Readonly<Record<string, LineReader<T>>>,
  draft: T,
  line: string,
  names: ScenarioNames,
  scenario: string,
): void {
  const colon = line.indexOf(': ');
  const name = line.slice(0, Math.max(colon, 0));
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (!read) throw new ScenarioDefect(`there is no line like this: ${line}`);
  read(draft, line.slice(colon + 2).trim(), names, scenario.toLowerCase());
}

/** Reads a line such as `holds: none` into the visit above it. */
export const readVisitLine = (draft: VisitDraft, line: string, names: ScenarioNames, scenario: string): void =>
  readLine(visitLines, draft, line, names, scenario);

/** Reads a line such as `clocks: clearance-import 6.00` into the bill or declaration above it. */
export const readPaperLine = (draft: PaperDraft, line: string, names: ScenarioNames, scenario: string): void =>
  readLine(paperLines, draft, line, names, scenario);
