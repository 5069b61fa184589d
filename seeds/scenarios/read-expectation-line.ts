import type { ExpectedHold, ExpectedPaper, ExpectedPeriod, ExpectedVerdict, ExpectedVisit, Moment, Move } from './scenario.ts';
import { ScenarioDefect, type ScenarioNames } from './scenario-names.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A visit whose lines are being read. */
export type VisitDraft = Writable<ExpectedVisit>;

const moves: Readonly<Record<string, Move>> = { pickup: 'pickup', loading: 'loading', 'empty-pickup': 'emptyPickup' };
const isOffset = (word: string | undefined): word is string => word !== undefined && /^\d+:\d\d$/.test(word);

/** The items of a list; `none` is the empty one. */
const items = (text: string): string[][] => (text === 'none' ? [] : text.split(',').map((item) => item.trim().split(/\s+/)));

/** The word after another one. */
function after(words: readonly string[], word: string): string | undefined {
  const at = words.indexOf(word);
  return at < 0 ? undefined : words[at + 1];
}

const moveOf = (word: string): Move => {
  const move = moves[word];
  if (!move) throw new ScenarioDefect(`${word} is no move: use pickup, loading or empty-pickup`);
  return move;
};

/** `at the end`, `at 34:30` or `known at 11:05`. */
export function readMoment(line: string, names: ScenarioNames): Moment | undefined {
  if (line === 'at the end') return { kind: 'end' };
  const match = /^(known )?at (\d+:\d\d)$/.exec(line);
  return match ? { kind: match[1] ? 'known' : 'at', time: names.instantOf(match[2] ?? '') } : undefined;
}

/** `C13 visit 1 import guessed closed gated-out from 6:20 to 20:20`. */
export function readVisitHead(line: string, names: ScenarioNames): VisitDraft | undefined {
  const match = /^(C\d+) visit (\d)(.*)$/.exec(line);
  if (!match) return undefined;
  const words = (match[3] ?? '').trim().split(/\s+/).filter(Boolean);
  const from = after(words, 'from');
  const to = after(words, 'to');
  const [direction, ...rest] = words.slice(0, from ? words.indexOf('from') : to ? words.indexOf('to') : words.length);
  const [status, closedAs] = rest.filter((w) => w !== 'guessed');
  return {
    container: names.resolve(match[1] ?? '').id,
    nth: Number(match[2]),
    ...(direction && { direction, directionGuessed: rest.includes('guessed') }),
    ...(status && { status }),
    ...(closedAs && { closedAs }),
    ...(from && { openedAt: names.textOf(from) }),
    ...(to && { closedAt: names.textOf(to) }),
  };
}

/** `B3 partial n 5 released 4 held 1`; the counts that are not named are 0. */
export function readPaper(line: string, names: ScenarioNames): ExpectedPaper | undefined {
  const [name = '', ...words] = line.split(/\s+/);
  if (!names.has(name)) return undefined;
  const { type, id } = names.resolve(name);
  if (type !== 'bill' && type !== 'declaration') return undefined;
  const counts: Record<string, number> = {};
  const state = Number.isNaN(Number(words[1])) || words.length % 2 === 1 ? words.shift() : undefined;
  for (let i = 0; i < words.length; i += 2) counts[words[i] ?? ''] = Number(words[i + 1]);
  return { type, id, ...(state && { state }), counts };
}

/** `customs inspection on C2 30:30 to 37:30 waived 29:40`. */
function readHold(words: readonly string[], names: ScenarioNames): ExpectedHold {
  const [agency = '', kind = ''] = words;
  const subject = after(words, 'on') ?? '';
  const placed = words[words.indexOf('on') + 2] ?? '';
  const lifted = after(words, 'to');
  const waived = after(words, 'waived');
  return {
    agency,
    kind,
    subject: names.resolve(subject).id,
    placedAt: names.textOf(placed),
    ...(lifted && { liftedAt: names.textOf(lifted) }),
    ...(waived && { waivedFrom: names.textOf(waived) }),
  };
}

/** `pickup not-ready because customs-not-released D42, customs-hold documents D42` or `pickup ready-with-conditions with no-sale-or-use`. */
function readVerdict(text: string, names: ScenarioNames): ExpectedVerdict {
  const [head = '', list = ''] = text.split(/ because | with /);
  const [move = '', verdict = ''] = head.split(/\s+/);
  if (list === '') return { move: moveOf(move), verdict };
  const listed = items(list);
  if (text.includes(' with ')) return { move: moveOf(move), verdict, reasons: [], conditions: listed.map(([code = '']) => code) };
  const reasons = listed.map(([code = '', ...words]) => {
    const subject = words.find((w) => names.has(w));
    const kind = words.find((w) => !names.has(w));
    return { code, ...(kind && { kind }), ...(subject && { subject: names.resolve(subject).id }) };
  });
  return { move: moveOf(move), verdict, reasons };
}

/** `pickup 39:10 to 45:10`, or `pickup with conditions 30:10 to 33:00`. */
function readPeriod(words: readonly string[], names: ScenarioNames): ExpectedPeriod {
  const [move = ''] = words;
  const from = words.find(isOffset);
  const to = after(words, 'to');
  if (!from) throw new ScenarioDefect('a ready period begins at an offset');
  return {
    move: moveOf(move),
    verdict: words.includes('conditions') ? 'ready-with-conditions' : 'ready',
    from: names.instantOf(from),
    ...(to && { to: names.instantOf(to) }),
  };
}

const timesOf = (text: string, names: ScenarioNames): Record<string, string> =>
  Object.fromEntries(items(text).map(([name = '', offset = '']) => [name, names.textOf(offset)]));
const wordsOf = (text: string): Record<string, string> =>
  Object.fromEntries(items(text).map(([name = '', ...rest]) => [name, rest.join(' ')]));
const idsOf = (text: string, names: ScenarioNames): string[] => items(text).map(([name = '']) => names.resolve(name).id);

type LineReader = (draft: VisitDraft, text: string, names: ScenarioNames, scenario: string) => void;

const lineReaders: Readonly<Record<string, LineReader>> = {
  facility: (draft, text) => {
    draft.facility = text;
  },
  calls: (draft, text, names) => {
    draft.calls = idsOf(text, names);
  },
  bills: (draft, text, names) => {
    draft.bills = idsOf(text, names);
  },
  declarations: (draft, text, names) => {
    draft.declarations = idsOf(text, names);
  },
  lanes: (draft, text) => {
    draft.lanes = wordsOf(text);
  },
  milestones: (draft, text, names) => {
    draft.milestones = { ...draft.milestones, ...timesOf(text, names) };
  },
  first: (draft, text, names) => {
    draft.first = timesOf(text, names);
  },
  holds: (draft, text, names) => {
    draft.holds = items(text).map((words) => readHold(words, names));
  },
  conditions: (draft, text, names) => {
    draft.conditions = items(text).map((words) => {
      const until = after(words, 'to');
      return { code: words[0] ?? '', since: names.textOf(words[1] ?? ''), ...(until && { until: names.textOf(until) }) };
    });
  },
  verdict: (draft, text, names) => {
    draft.readiness = [...(draft.readiness ?? []), readVerdict(text, names)];
  },
  ready: (draft, text, names) => {
    draft.ready = items(text).map((words) => readPeriod(words, names));
  },
  clocks: (draft, text) => {
    draft.clocks = {
      ...draft.clocks,
      ...Object.fromEntries(items(text).map(([name = '', value = '']) => [name, Number.isNaN(Number(value)) ? value : Number(value)])),
    };
  },
  deadlines: (draft, text, names) => {
    draft.deadlines = items(text).map((words) => ({
      kind: words[0] ?? '',
      dueAt: names.textOf(after(words, 'due') ?? ''),
      state: words.at(-1) ?? '',
    }));
  },
  findings: (draft, text) => {
    draft.findings = items(text).map(([code = '']) => code);
  },
  entries: (draft, text, _names, scenario) => {
    draft.entries = Object.fromEntries(items(text).map(([label = '', standing = '']) => [`${scenario}-${label.slice(1)}`, standing]));
  },
};

/** Reads a line such as `holds: none` into the visit above it. */
export function readVisitLine(draft: VisitDraft, line: string, names: ScenarioNames, scenario: string): void {
  const colon = line.indexOf(': ');
  const read = lineReaders[line.slice(0, colon)];
  if (!read) throw new ScenarioDefect(`a visit has no line like this: ${line}`);
  read(draft, line.slice(colon + 2).trim(), names, scenario.toLowerCase());
}
