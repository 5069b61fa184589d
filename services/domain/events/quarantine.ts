import { type Instant, isPlausible } from '../identifiers/instant.ts';
import type { StatusEvent } from './status-event.ts';

const day = 24 * 3_600_000;

/**
 * True when an event must stay outside the fold until a person confirms it: an actual time more than 24 h ahead of
 * its receipt, or any time before 1990 or from 2100 on. That confirmation names the same time and is not quarantined itself.
 */
export const isQuarantined = (event: Pick<StatusEvent, 'classifier' | 'occurredAt'> & Partial<StatusEvent>, receivedAt: Instant): boolean =>
  event.action !== 'confirm' && (!isPlausible(event.occurredAt) || (event.classifier === 'actual' && event.occurredAt > receivedAt + day));
