import type { Logger } from '@clearquay/domain/ports/logger.ts';
import { problem } from '@clearquay/domain/problems/problem.ts';
import type { Partner, PartnerTable } from '../formats/edifact/partner.ts';
import type { MessageFormat, MessageReading, Rejection } from '../formats/message-format.ts';
import type { RawInput } from './raw-record.ts';

/** A delivery as it was read: also one that could not be. */
export interface Delivery {
  /** The name of the format, `unknown` when none was found. */
  readonly format: string;
  readonly reading: MessageReading;
}

/** How a delivery names its format and its sender. */
export interface DeliveryHints {
  readonly format: string | undefined;
  /** Nothing when the named partner is not known. */
  readonly partner: Partner | undefined;
}

/** What reading a delivery needs. */
export interface DeliveryDeps {
  readonly formats: readonly MessageFormat[];
  readonly logger: Logger;
}

const refusedWhole = (rejection: Omit<Rejection, 'offset' | 'length'>, length: number): MessageReading => ({
  findings: [],
  items: [],
  messages: 0,
  rejections: [{ ...rejection, offset: 0, length }],
});

/** The partner that a delivery names, the default when it names none, nothing when it names an unknown one. */
export const partnerOf = (partners: PartnerTable, name: string | undefined): Partner | undefined =>
  name === undefined ? partners.fallback : partners.find(name);

/** Finds the format by name or by the first bytes and reads the delivery. A failure of the reader is one more refusal. */
export async function readDelivery(raw: RawInput, hints: DeliveryHints, deps: DeliveryDeps): Promise<Delivery> {
  const { bytes, receivedAt, rawId } = raw;
  const format = deps.formats.find((f) => (hints.format === undefined ? f.sniff(bytes.subarray(0, 256)) : f.name === hints.format));
  if (!format) {
    const message = `Send one of ${deps.formats.map((f) => f.name).join(', ')}, or name it with ?format=.`;
    return { format: 'unknown', reading: refusedWhole({ code: 'CQ_FORMAT_UNKNOWN', message }, bytes.length) };
  }
  if (!hints.partner) {
    const message = 'Name a partner that is set up here with ?partner=.';
    return { format: format.name, reading: refusedWhole({ code: 'CQ_SENDER_UNKNOWN', message }, bytes.length) };
  }
  try {
    return { format: format.name, reading: await format.read(bytes, hints.partner, receivedAt) };
  } catch (err) {
    deps.logger.error({ err, rawId, format: format.name }, 'a message reader failed');
    const { code, message } = problem('CQ_INTERNAL', 'The reader failed on this message. It is kept and can be replayed.');
    return { format: format.name, reading: refusedWhole({ code, message }, bytes.length) };
  }
}

/** The port that everything in a reading is about, or nothing when there are several or none. */
export function onlyPort(reading: MessageReading): string | null {
  const ports = new Set(reading.items.flatMap((item) => (item.status === 'event' ? [item.event.port] : [])));
  return ports.size === 1 ? ([...ports][0] ?? null) : null;
}
