import type {
  ExpectedAccount,
  ExpectedClock,
  ExpectedCondition,
  ExpectedDeadline,
  ExpectedHold,
  ExpectedPeriod,
  ExpectedReason,
  ExpectedSeal,
  ExpectedVerdict,
  Move,
} from './scenario.ts';
import { ScenarioDefect, type ScenarioNames } from './scenario-names.ts';

const moves: Readonly<Record<string, Move>> = { pickup: 'pickup', loading: 'loading', 'empty-pickup': 'emptyPickup' };

const moveOf = (word: string): Move => {
  const move = moves[word];
  if (!move) throw new ScenarioDefect(`${word} is no move: use pickup, loading or empty-pickup`);
  return move;
};

/** The named parts of a text that must be of a form as a whole; a part that is optional may be missing. */
function parts(form: RegExp, text: string): Readonly<Record<string, string | undefined>> {
  const match = form.exec(text);
  if (!match) throw new ScenarioDefect(`what is ${text}?`);
  return match.groups ?? {};
}

/** Reads a list of items, each of a form as a whole; `none` is the empty list. */
export const readItems = <T>(text: string, form: RegExp, read: (item: ReturnType<typeof parts>) => T): T[] =>
  text === 'none' ? [] : text.split(',').map((item) => read(parts(form, item.trim().replace(/\s+/g, ' '))));

/** `Name 54:20`: a name with a moment. */
export const readTimes = (text: string, names: ScenarioNames): Record<string, string> =>
  Object.fromEntries(readItems(text, /^(?<name>\S+) (?<at>\S+)$/, ({ name = '', at = '' }) => [name, names.textOf(at)]));

/** `customs released`: a name with a word. */
export const readWords = (text: string): Record<string, string> =>
  Object.fromEntries(readItems(text, /^(?<name>\S+) (?<word>\S+)$/, ({ name = '', word = '' }) => [name, word]));

/** The ids that short names stand for. */
export const readIds = (text: string, names: ScenarioNames): string[] =>
  readItems(text, /^(?<name>\S+)$/, ({ name = '' }) => names.resolve(name).id);

/** Codes alone. */
export const readCodes = (text: string): string[] => readItems(text, /^(?<code>\S+)$/, ({ code = '' }) => code);

/** `customs inspection on C2 30:30 to 37:30 by #passed waived 29:40`: `by` the event of that label, here its id. */
export const readHolds = (text: string, names: ScenarioNames, scenario: string): ExpectedHold[] =>
  readItems(
    text,
    /^(?<agency>\S+) (?<kind>\S+) on (?<subject>\S+) (?<placed>\S+)(?: to (?<lifted>\S+))?(?: by #(?<by>\S+))?(?: waived (?<waived>\S+))?$/,
    ({ agency = '', kind = '', subject = '', placed = '', lifted, by, waived }) => ({
      agency,
      kind,
      subject: names.resolve(subject).id,
      placedAt: names.textOf(placed),
      ...(lifted && { liftedAt: names.textOf(lifted) }),
      ...(by && { liftedBy: `${scenario}-${by}` }),
      ...(waived && { waivedFrom: names.textOf(waived) }),
    }),
  );

/** `no-sale-or-use 29:40 to 122:10`. */
export const readConditions = (text: string, names: ScenarioNames): ExpectedCondition[] =>
  readItems(text, /^(?<code>\S+) (?<since>\S+)(?: to (?<until>\S+))?$/, ({ code = '', since = '', until }) => ({
    code,
    since: names.textOf(since),
    ...(until && { until: names.textOf(until) }),
  }));

/** `no-declaration H43` or `customs-hold documents D42`: a code, the kind of a hold, and whom it is about where that is said. */
const readReasons = (text: string, names: ScenarioNames): ExpectedReason[] =>
  readItems(text, /^(?<code>\S+)(?: (?<first>\S+))?(?: (?<second>\S+))?$/, ({ code = '', first, second }) => {
    const said = [first, second].filter((word) => word !== undefined);
    const subject = said.find((word) => names.has(word));
    const kind = said.find((word) => !names.has(word));
    if (said.length > Number(subject !== undefined) + Number(kind !== undefined)) throw new ScenarioDefect(`what is ${said.join(' ')}?`);
    return { code, ...(kind && { kind }), ...(subject && { subject: names.resolve(subject).id }) };
  });

/** `not-ready because customs-not-released D42, eir-missing`, `ready-with-conditions with no-sale-or-use` or `ready since 40:00`. */
export function readVerdict(text: string, names: ScenarioNames): ExpectedVerdict {
  const form = /^(?<verdict>\S+)(?: since (?<since>\S+))?(?: (?<joint>because|with) (?<list>.+))?$/;
  const { verdict = '', since, joint, list = '' } = parts(form, text);
  return {
    verdict,
    ...(since && { since: names.textOf(since) }),
    ...(joint === 'because' && { reasons: readReasons(list, names) }),
    ...(joint === 'with' && { reasons: [], conditions: readCodes(list) }),
    // What is ready is so for no reason at all.
    ...(joint === undefined && verdict === 'ready' && { reasons: [] }),
  };
}

/** `pickup` and what `readVerdict` reads. */
export function readMoveVerdict(text: string, names: ScenarioNames): ExpectedVerdict & { readonly move: Move } {
  const { move = '', rest = '' } = parts(/^(?<move>\S+) (?<rest>.+)$/, text);
  return { move: moveOf(move), ...readVerdict(rest, names) };
}

/** `pickup 39:10 to 45:10`, or `pickup with conditions 30:10 to 33:00`. */
export const readPeriods = (text: string, names: ScenarioNames): ExpectedPeriod[] =>
  readItems(
    text,
    /^(?<move>\S+)(?<conditions> with conditions)? (?<from>\S+)(?: to (?<to>\S+))?$/,
    ({ move = '', conditions, from = '', to }) => ({
      move: moveOf(move),
      verdict: conditions ? 'ready-with-conditions' : 'ready',
      from: names.instantOf(from),
      ...(to && { to: names.instantOf(to) }),
    }),
  );

/** `dwell-import 7.33`, `lab running`, `clearance-import 51.00 first 5.00 above 40`: with the first stop, and against the port's target. */
export const readClocks = (text: string): Record<string, ExpectedClock> =>
  Object.fromEntries(
    readItems(
      text,
      /^(?<name>\S+) (?<shows>-?\d+\.\d\d|[a-z-]+)(?: first (?<first>\d+\.\d\d))?(?: (?<side>above|below) (?<target>\d+))?$/,
      ({ name = '', shows = '', first, side, target }): [string, ExpectedClock] => [
        name,
        {
          shows: Number.isNaN(Number(shows)) ? shows : Number(shows),
          ...(first && { first: Number(first) }),
          ...(side && { [side]: Number(target) }),
        },
      ],
    ),
  );

/** `relocation due 34:30 met`. */
export const readDeadlines = (text: string, names: ScenarioNames): ExpectedDeadline[] =>
  readItems(text, /^(?<kind>\S+) due (?<due>\S+) (?<state>\S+)$/, ({ kind = '', due = '', state = '' }) => ({
    kind,
    dueAt: names.textOf(due),
    state,
  }));

/** `CNY charged 620.00 paid 620.00 waived 0.00 open 0.00`. */
export const readAccount = (text: string): ExpectedAccount[] =>
  readItems(
    text,
    /^(?<currency>[A-Z]{3}) charged (?<charged>\S+) paid (?<paid>\S+) waived (?<waived>\S+) open (?<open>\S+)$/,
    ({ currency = '', charged = '', paid = '', waived = '', open = '' }) => ({ currency, charged, paid, waived, open }),
  );

/** `YKS440217 affixed 2:00 verified 17:20`. */
export const readSeals = (text: string, names: ScenarioNames): ExpectedSeal[] =>
  readItems(
    text,
    /^(?<number>\S+)(?: affixed (?<affixed>\S+))?(?: verified (?<verified>\S+))?(?: removed (?<removed>\S+))?$/,
    ({ number = '', affixed, verified, removed }) => ({
      number,
      ...(affixed && { affixedAt: names.textOf(affixed) }),
      ...(verified && { verifiedAt: names.textOf(verified) }),
      ...(removed && { removedAt: names.textOf(removed) }),
    }),
  );

/** `#4 superseded`: the standing of an event by its label, here by its id. */
export const readEntries = (text: string, scenario: string): Record<string, string> =>
  Object.fromEntries(
    readItems(text, /^#(?<label>\S+) (?<standing>\S+)$/, ({ label = '', standing = '' }) => [`${scenario}-${label}`, standing]),
  );
