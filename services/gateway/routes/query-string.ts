import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';

/** Parameters of a query string by name, every value a text as sent. */
export type QueryTexts = ReadonlyMap<string, readonly string[]>;

const maxValueChars = 2_048;
const maxValues = 100;
/** Entries of one page when the caller does not say. */
export const defaultLimit = 100;
/** The most entries in one page. */
export const maxLimit = 500;

/**
 * Checks a parsed query string against the names that a route knows. A name it does not know is refused, so that a
 * misspelt filter never answers with everything. Throws `ProblemError` `CQ_REQUEST_INVALID`.
 */
export function readQuery(query: unknown, known: readonly string[]): QueryTexts {
  const texts = new Map<string, readonly string[]>();
  const errors: Problem[] = [];
  for (const [name, value] of Object.entries(query ?? {})) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const strings = values.filter((v) => typeof v === 'string' && v !== '' && v.length <= maxValueChars);
    if (!known.includes(name))
      errors.push(problem('CQ_REQUEST_INVALID', `Leave it out; known here: ${known.join(', ') || 'none'}.`, `/${name}`));
    else if (strings.length !== values.length || values.length > maxValues)
      errors.push(problem('CQ_REQUEST_INVALID', `Send at most ${maxValues} values of 1 to ${maxValueChars} characters.`, `/${name}`));
    else texts.set(name, strings as string[]);
  }
  refuseProblems(errors);
  return texts;
}

/** Throws `ProblemError` `CQ_REQUEST_INVALID` with all that is wrong with a query string, if anything is. */
export function refuseProblems(errors: readonly Problem[]): void {
  if (errors.length > 0) throw new ProblemError('CQ_REQUEST_INVALID', 'Correct the query string.', errors);
}

/** One parameter read to its value; nothing when it was not sent. */
type Read<T> = Result<T, Problem> | undefined;

/** Reads a parameter that may be sent once. */
export function single<T>(texts: QueryTexts, name: string, read: (text: string) => Result<T, Problem>): Read<T> {
  const values = texts.get(name);
  if (!values) return undefined;
  const [first] = values;
  return values.length === 1 && first !== undefined ? read(first) : refuse(problem('CQ_REQUEST_INVALID', 'Send it once.', `/${name}`));
}

/** The value of a parameter that was sent and is right. */
export const readValue = <T>(read: Read<T>): T | undefined => (read?.ok ? read.value : undefined);

/** What is wrong with some parameters. */
export const problemsOf = (...reads: readonly Read<unknown>[]): Problem[] => reads.flatMap((r) => (r?.ok === false ? [r.error] : []));

/** The number of entries of one page. */
export const readLimit = (text: string): Result<number, Problem> => readNumber(text, 1, maxLimit, '/limit');

/** A whole number within bounds, at most three digits. */
export function readNumber(text: string, least: number, most: number, pointer: string): Result<number, Problem> {
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : -1;
  return number >= least && number <= most
    ? ok(number)
    : refuse(problem('CQ_REQUEST_INVALID', `Send a whole number from ${least} to ${most}.`, pointer));
}

/** Seconds for which a request may wait. */
export const readWait = (text: string): Result<number, Problem> => readNumber(text, 0, maxWaitSeconds, '/wait');

const maxWaitSeconds = 60;

/** Reads one of some words. */
export const oneOf =
  <T extends string>(pointer: string, ...words: readonly T[]) =>
  (text: string): Result<T, Problem> => {
    const word = words.find((w) => w === text);
    return word === undefined ? refuse(problem('CQ_REQUEST_INVALID', `Send one of ${words.join(', ')}.`, pointer)) : ok(word);
  };
