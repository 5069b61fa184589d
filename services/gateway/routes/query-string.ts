import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';

/** Parameters of a query string by name, every value a text as sent. */
export type QueryTexts = ReadonlyMap<string, readonly string[]>;

const maxValueChars = 2_048;
const maxValues = 100;

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
  if (errors.length > 0) throw new ProblemError('CQ_REQUEST_INVALID', 'Correct the query string.', errors);
  return texts;
}
