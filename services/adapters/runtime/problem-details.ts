import type { Problem } from '@clearquay/domain/problems/problem.ts';
import { type ProblemCode, problemCodes } from '@clearquay/domain/problems/problem-codes.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import type { FastifyError } from 'fastify';
import { problemStatus } from './problem-status.ts';

/** The body of a refusal, `application/problem+json` (RFC 9457). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What to do about it. */
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors: readonly Problem[];
}

/** Writes the details of a problem code. */
export function problemDetails(code: ProblemCode, detail: string, errors: readonly Problem[] = []): ProblemDetails {
  return { type: `urn:clearquay:problem:${code}`, title: problemCodes[code].title, status: problemStatus[code], detail, code, errors };
}

/** Errors that Fastify itself raises, by their code; the rest of its 4xx errors are `CQ_REQUEST_INVALID`. */
const fastifyErrors: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['CQ_BODY_TOO_LARGE', 'Send less at once.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['CQ_MEDIA_TYPE', 'Set Content-Type to one that this path documents.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['CQ_JSON_INVALID', 'Send a JSON document.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['CQ_JSON_INVALID', 'Send one well-formed JSON document without __proto__ or constructor.prototype keys.'],
};

/** Turns whatever a handler threw into details that tell nothing about the inside; undefined when the error is a bug. */
export function detailsOf(error: unknown): ProblemDetails | undefined {
  if (error instanceof ProblemError) return { ...error.members, ...problemDetails(error.code, error.message, error.errors) };
  if (!isFastifyError(error)) return undefined;
  if (error.validation) return problemDetails('CQ_REQUEST_INVALID', 'Correct what the errors name.', validationErrors(error));
  const known = fastifyErrors[error.code];
  if (known) return problemDetails(...known);
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500
    ? problemDetails('CQ_REQUEST_INVALID', 'Correct the path, the headers or the length of the body.')
    : undefined;
}

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

function validationErrors(error: FastifyError): Problem[] {
  return (error.validation ?? []).map((found) => ({
    code: 'CQ_REQUEST_INVALID',
    pointer: found.instancePath,
    message: `${error.validationContext ?? 'request'} ${found.message ?? 'does not fit'}`,
  }));
}
