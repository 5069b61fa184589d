import type { EventLog } from '@clearquay/domain/ports/event-log.ts';

/** One log of its own for one test, with what the port itself does not offer. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Closes the log and opens it again on the same storage. */
  reopen(): Promise<EventLog>;
  /** Closes the log and removes its storage. */
  remove(): Promise<void>;
}

/** A log whose clock a test can put forward. */
export interface AgeingLogUnderTest extends LogUnderTest {
  /** Lets so much time pass and retention and compaction run; gives the log to go on with. */
  later(ms: number): Promise<EventLog>;
}
