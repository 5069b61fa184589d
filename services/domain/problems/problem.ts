import type { ProblemCode } from './problem-codes.ts';

/** One thing wrong with one input. `pointer` is a JSON pointer (RFC 6901) or empty for the whole. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly pointer?: string;
}

/** Names a problem; `message` says what to do. */
export function problem(code: ProblemCode, message: string, pointer?: string): Problem {
  return pointer === undefined ? { code, message } : { code, message, pointer };
}
