/** How untidy the messages of a port day are; every rate is a share between 0 and 1. */
export interface MessRates {
  /** Events delivered a second time with the same id and body. */
  readonly duplicate: number;
  /** Events received hours after they were written, hence out of order. */
  readonly late: number;
  /** Links of bills and declarations received a day or more after they were made. */
  readonly lateLink: number;
  /** Actual events first told with a wrong time and corrected later. */
  readonly correction: number;
  /** Actual events told wrongly, cancelled, and told again. */
  readonly cancellation: number;
  /** Discharges that a tally company tells more than half an hour apart from the terminal. */
  readonly timeConflict: number;
}

/** Rates as a port with mature partners shows them. */
export const defaultMessRates: MessRates = {
  duplicate: 0.02,
  late: 0.015,
  lateLink: 0.03,
  correction: 0.003,
  cancellation: 0.002,
  timeConflict: 0.01,
};

/** No mess at all: each event once, in order of its telling, with the right time. */
export const tidy: MessRates = { duplicate: 0, late: 0, lateLink: 0, correction: 0, cancellation: 0, timeConflict: 0 };
