import { parseContainerNumber } from '../identifiers/container-number.ts';
import { type Problem, problem } from '../problems/problem.ts';
import { ok, type Result, refuse } from '../result.ts';

/** One row of `details.map` of a replaced bill: the boxes that leave the old number for the new one. */
export interface Replacement {
  readonly old: string;
  readonly new: string;
  readonly boxes: readonly string[];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 120;

/** Reads one row; `pointer` is its place in the event. All that is wrong with it is told at once. */
export function readReplacement(row: unknown, pointer: string): Result<Replacement, readonly Problem[]> {
  const { old, new: now, boxes } = typeof row === 'object' && row !== null ? (row as Partial<Record<keyof Replacement, unknown>>) : {};
  if (!isText(old) || !isText(now) || old === now || !Array.isArray(boxes))
    return refuse([problem('CQ_EVENT_SHAPE', 'Send a row of the map as {old, new, boxes[]}, the two numbers different.', pointer)]);
  const problems = boxes.flatMap((box: unknown, i): Problem[] => {
    const read = parseContainerNumber(typeof box === 'string' ? box : '', `${pointer}/boxes/${i}`);
    return read.ok ? [] : [read.error];
  });
  return problems.length > 0 ? refuse(problems) : ok({ old, new: now, boxes });
}

/** What is wrong with the map of a replaced bill; nothing when there is none. */
export function replacementProblems(map: unknown): readonly Problem[] {
  if (map === undefined || map === null) return [];
  if (!Array.isArray(map)) return [problem('CQ_EVENT_SHAPE', 'Send `map` as an array of {old, new, boxes[]}.', '/details/map')];
  return map.flatMap((row: unknown, i) => {
    const read = readReplacement(row, `/details/map/${i}`);
    return read.ok ? [] : read.error;
  });
}
