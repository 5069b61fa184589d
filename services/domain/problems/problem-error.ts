import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** A refusal that ends a request; the transport turns it into problem details (RFC 9457). */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  /** One entry per thing that is wrong, each with its pointer. */
  readonly errors: readonly Problem[];
  /** Further members of the problem details, e.g. the `rawId` under which a refused body is kept. */
  readonly members: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, errors: readonly Problem[] = [], members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ProblemError';
    this.code = code;
    this.errors = errors;
    this.members = members;
  }
}
