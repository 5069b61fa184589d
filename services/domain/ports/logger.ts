/** Structured log lines; never message bodies, tokens, plates or contacts. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
