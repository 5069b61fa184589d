import { createHash } from 'node:crypto';
import type { MessageContext } from './message-context.ts';
import type { Partner } from './partner.ts';

/** What names one box of a message. */
export interface BoxIdentity {
  readonly container: string;
  readonly timeText: string;
  /** How often the box stood in this message before: 0 for the first time. */
  readonly repetition: number;
  /** Index of the box in its message. */
  readonly index: number;
}

type Context = Pick<MessageContext, 'partner' | 'message' | 'header' | 'move' | 'digest'>;

const hash = (parts: readonly (string | number)[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** True when a number names one document of this partner: it is not empty, not only zeros, and not used again. */
export const namesDocument = (partner: Partner, number: string): boolean => partner.documentNumbers === 'unique' && /[^0 ]/.test(number);

/**
 * The id of the report that a document makes of a box: the sender's document number and the box, else box, voyage, move
 * and time. It does not depend on the bytes, so that a replacement or cancellation, which comes as another message, can
 * name its target without having seen it, and a repeated delivery makes no second event.
 */
export function reportId(box: BoxIdentity, documentNumber: string, context: Context): string {
  const { partner, message, header, move } = context;
  const named = namesDocument(partner, documentNumber)
    ? ['document', documentNumber, box.container, box.repetition]
    : ['move', box.container, header.voyage ?? '', move, box.timeText];
  return `edifact-${hash([partner.id, message.type, ...named])}`;
}

/**
 * The id of a correction or cancellation: the identity of its message (sender, receiver, interchange, message and the
 * SHA-256 of its bytes) with the index of the box. The same references with another body are a new message.
 */
export function amendmentId(box: BoxIdentity, context: Context): string {
  const { partner, message, digest } = context;
  const { sender = '', receiver = '', reference = '' } = message.interchange ?? {};
  return `edifact-${hash([partner.id, sender, receiver, reference, message.reference, digest])}-${box.index}`;
}
