import { type Problem, problem } from '../problems/problem.ts';
import { ok, type Result, refuse } from '../result.ts';

declare const brand: unique symbol;

/** A container number with its right check digit, e.g. `LNPU1000018` (ISO 6346:2022). */
export type ContainerNumber = string & { readonly [brand]: 'ContainerNumber' };

const shape = /^[A-Z]{3}[UJZ][0-9]{7}$/;

/**
 * The check digit of the first ten characters (ISO 6346, annex A): letters count 10 to 38 without multiples of 11,
 * weights are powers of two, the remainder by 11 is taken by 10.
 */
export function containerCheckDigit(firstTen: string): number {
  let sum = 0;
  for (let i = 0; i < 10; i++) {
    const c = firstTen.charCodeAt(i);
    const letter = c - 55;
    const value = c < 58 ? c - 48 : letter + Math.floor((letter - 1) / 10);
    sum += value * 2 ** i;
  }
  return (sum % 11) % 10;
}

/**
 * Reads a container number strictly: eleven ASCII capitals and digits, owner code and category U, J or Z, right check
 * digit. Nothing is folded or trimmed, so look-alikes never become one box.
 */
export function parseContainerNumber(text: string, pointer?: string): Result<ContainerNumber, Problem> {
  if (!shape.test(text))
    return refuse(
      problem('CQ_CONTAINER_FORMAT', 'Send four capitals (the fourth U, J or Z) and seven digits, as ISO 6346 writes them.', pointer),
    );
  const expected = containerCheckDigit(text);
  if (expected !== text.charCodeAt(10) - 48)
    return refuse(
      problem(
        'CQ_CONTAINER_CHECK_DIGIT',
        `The check digit of ${text} should be ${expected}. Check the number with its owner and send it again.`,
        pointer,
      ),
    );
  return ok(text as ContainerNumber);
}
