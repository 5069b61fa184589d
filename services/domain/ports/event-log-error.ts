/** `CQ_LOG_FULL`: no space is left. `CQ_UNAVAILABLE`: everything else that makes the log unusable now. */
export type EventLogErrorCode = 'CQ_LOG_FULL' | 'CQ_UNAVAILABLE';

/** The log could not do what was asked: broken infrastructure, never bad data. */
export class EventLogError extends Error {
  readonly code: EventLogErrorCode;

  constructor(code: EventLogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EventLogError';
    this.code = code;
  }
}
