import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { findErrorBy } from '@platformatic/kafka';

/** True when one of the errors that the brokers answered with has this name of the protocol, such as `ILLEGAL_GENERATION`. */
export const isAnswer = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.some((name) => findErrorBy(error, 'apiId', name) !== null);

function reasons(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(reasons);
  return [error instanceof Error ? error.message : String(error)];
}

/** Names what the client library or a broker reported. `doing` completes "Kafka failed to". */
export function asEventLogError(error: unknown, doing: string): EventLogError {
  if (error instanceof EventLogError) return error;
  const text = [...new Set(reasons(error))].slice(-3).join('; ');
  return new EventLogError('CQ_UNAVAILABLE', `Kafka failed to ${doing}: ${text}`, { cause: error });
}
