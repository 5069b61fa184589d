/** An expected outcome as a value: exceptions are for bugs and broken infrastructure only. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** A success. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** A refusal. */
export const refuse = <E>(error: E): Result<never, E> => ({ ok: false, error });
