import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Clock } from '@clearquay/domain/ports/clock.ts';

/** The clock of the machine. */
export const systemClock: Clock = { now: () => instant(Date.now()) };
