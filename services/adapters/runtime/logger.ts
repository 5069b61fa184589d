import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { type DestinationStream, pino } from 'pino';

/** How much is logged, least to most important; `silent` logs nothing. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const secrets = ['authorization', 'token', 'key', 'adminKey', 'secret', 'password', 'plate', 'contact', 'body'];

/** Logs JSON lines, to standard error unless another destination is given. Secrets, plates, contacts and bodies are replaced. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: '[redacted]' } }, destination ?? pino.destination({ fd: 2, sync: true }));
}
