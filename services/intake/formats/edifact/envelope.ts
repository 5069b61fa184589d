import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import type { Rejection } from '../message-format.ts';
import type { Findings } from './finding.ts';
import type { EdifactLimits } from './limits.ts';
import { type Interchange, type Message, readInterchange } from './message.ts';
import type { Partner } from './partner.ts';
import { componentOf, type Segment, textOf } from './segment.ts';

/** Puts segments together to messages. Messages come out as they close; what is refused is listed. */
export interface EnvelopeReader {
  readonly rejections: readonly Rejection[];
  /** True when nothing more of this file will be read. */
  readonly stopped: boolean;
  push(segment: Segment): Message | undefined;
  /** Closes the file whose length in bytes is given; a message left open may still come out. */
  end(length: number): void;
}

interface OpenMessage {
  readonly header: Segment;
  readonly segments: Segment[];
  refusal?: { readonly code: ProblemCode; readonly message: string };
}

const endOf = (segment: Segment): number => segment.offset + segment.length;

/**
 * The envelope rules (ISO 9735 and what senders really do): UNB and UNZ may be missing, one interchange holds many
 * messages, counts may be wrong. Refused are a message that is cut, over a cap, interrupted by a UNB or of an unknown sender.
 */
export function createEnvelopeReader(partner: Partner, findings: Findings, limits: EdifactLimits): EnvelopeReader {
  return new InterchangeReader(partner, findings, limits);
}

class InterchangeReader implements EnvelopeReader {
  readonly rejections: Rejection[] = [];
  stopped = false;
  readonly #partner: Partner;
  readonly #findings: Findings;
  readonly #limits: EdifactLimits;
  #interchange: { readonly unb: Segment; readonly facts: Interchange } | undefined;
  #message: OpenMessage | undefined;
  #messages = 0;
  /** Messages, or functional groups when there are any, since the last UNB. */
  #inInterchange = 0;
  #groups = 0;
  #sawUnb = false;

  constructor(partner: Partner, findings: Findings, limits: EdifactLimits) {
    this.#partner = partner;
    this.#findings = findings;
    this.#limits = limits;
  }

  push(segment: Segment): Message | undefined {
    if (this.stopped) return undefined;
    if (segment.index >= this.#limits.segmentsPerFile) return this.#stop('CQ_EDIFACT_LIMIT', 'Send fewer segments in one file.', segment);
    if (!segment.ended) return this.#cutOff(segment);
    switch (segment.tag) {
      case 'UNA':
        if (segment.unusable) this.#findings.add('una-unusable', { segment });
        return undefined;
      case 'UNB':
        return this.#openInterchange(segment);
      case 'UNG':
        this.#groups++;
        return undefined;
      case 'UNE':
        return undefined;
      case 'UNH':
        return this.#openMessage(segment);
      case 'UNT':
        return this.#closeMessage(segment);
      case 'UNZ':
        return this.#closeInterchange(segment);
      default:
        return this.#inside(segment);
    }
  }

  end(length: number): void {
    const open = this.#message;
    if (open && !this.stopped) {
      this.#message = undefined;
      this.#reject('CQ_EDIFACT_TRUNCATED', 'The file ends before UNT. Send the whole message again.', open, length);
    }
    if (this.#interchange && !this.stopped) this.#findings.add('unz-missing', { segment: this.#interchange.unb });
    if (this.#messages === 0 && this.rejections.length === 0)
      this.rejections.push({ code: 'CQ_EDIFACT_NO_MESSAGE', message: 'Send at least one message from UNH to UNT.', offset: 0, length });
  }

  #stop(code: ProblemCode, message: string, segment: Segment): undefined {
    const offset = this.#message?.header.offset ?? segment.offset;
    this.#message = undefined;
    this.stopped = true;
    this.rejections.push({ code, message, offset, length: endOf(segment) - offset, segment: segment.index });
  }

  #reject(code: ProblemCode, message: string, open: OpenMessage, end: number): undefined {
    const refusal = open.refusal ?? { code, message };
    const offset = open.header.offset;
    this.rejections.push({ ...refusal, offset, length: end - offset, segment: open.header.index });
  }

  #cutOff(segment: Segment): undefined {
    if (segment.danglingRelease) this.#findings.add('release-at-end', { segment });
    this.#findings.add('segment-unterminated', { segment });
  }

  #openInterchange(unb: Segment): undefined {
    if (unb.fault) return this.#stop('CQ_EDIFACT_LIMIT', overCap(unb).message, unb);
    const open = this.#message;
    this.#message = undefined;
    if (open)
      this.#reject(
        'CQ_EDIFACT_NESTED',
        'A new UNB begins before UNT. Send every interchange whole, one after the other.',
        open,
        unb.offset,
      );
    if (this.#interchange) this.#findings.add('unz-missing', { segment: this.#interchange.unb });
    this.#sawUnb = true;
    this.#interchange = { unb, facts: readInterchange(unb) };
    this.#inInterchange = 0;
    this.#groups = 0;
  }

  #openMessage(unh: Segment): Message | undefined {
    const before = this.#message;
    if (before) this.#findings.add('unt-missing', { segment: before.header });
    const message = before && this.#finish(before, unh.offset);
    if (this.#messages >= this.#limits.messagesPerFile) return this.#stop('CQ_EDIFACT_LIMIT', 'Send fewer messages in one file.', unh);
    if (!this.#sawUnb && this.#messages === 0) this.#findings.add('unb-missing', { segment: unh });
    this.#messages++;
    this.#inInterchange++;
    const refusal = this.#senderRefusal();
    this.#message = { header: unh, segments: [unh], ...(refusal && { refusal }) };
    if (unh.fault) this.#message.refusal = overCap(unh);
    return message;
  }

  #senderRefusal(): OpenMessage['refusal'] {
    const sender = this.#interchange?.facts.sender;
    const { senders, bareMessages, id } = this.#partner;
    if (sender === undefined)
      return bareMessages
        ? undefined
        : { code: 'CQ_SENDER_UNKNOWN', message: 'Name the partner with ?partner=, or send the message with a UNB.' };
    if (senders.length === 0 || senders.includes(sender)) return undefined;
    return { code: 'CQ_SENDER_UNKNOWN', message: `Partner ${id} does not list the sender of this UNB. Check both, then send it again.` };
  }

  #inside(segment: Segment): Message | undefined {
    const open = this.#message;
    if (!open) {
      if (this.#messages === 0 && !this.#sawUnb)
        return this.#stop('CQ_EDIFACT_SEPARATORS', 'Begin with UNA, UNB or UNH and use the separators that the UNA names.', segment);
      this.#findings.add('segment-outside-message', { segment });
      return undefined;
    }
    if (segment.fault) open.refusal ??= overCap(segment);
    else if (endOf(segment) - open.header.offset > this.#limits.messageBytes || open.segments.length >= this.#limits.segmentsPerMessage)
      open.refusal ??= {
        code: 'CQ_EDIFACT_LIMIT',
        message: `The message is over ${this.#limits.messageBytes} bytes or ${this.#limits.segmentsPerMessage} segments. Send it in parts.`,
      };
    if (open.refusal) open.segments.length = 1;
    else open.segments.push(segment);
    return undefined;
  }

  #closeMessage(unt: Segment): Message | undefined {
    const open = this.#message;
    if (!open) {
      this.#findings.add('segment-outside-message', { segment: unt });
      return undefined;
    }
    if (!open.refusal) {
      this.#checkCount(unt, open.segments.length + 1);
      this.#checkReference(unt, textOf(open.header, 1));
    }
    return this.#finish(open, endOf(unt));
  }

  #closeInterchange(unz: Segment): Message | undefined {
    const open = this.#message;
    if (open) this.#findings.add('unt-missing', { segment: open.header });
    const message = open && this.#finish(open, unz.offset);
    if (this.#interchange) {
      this.#checkCount(unz, this.#groups || this.#inInterchange);
      this.#checkReference(unz, this.#interchange.facts.reference);
    } else this.#findings.add('segment-outside-message', { segment: unz });
    this.#interchange = undefined;
    return message;
  }

  #finish(open: OpenMessage, end: number): Message | undefined {
    this.#message = undefined;
    if (open.refusal) return this.#reject(open.refusal.code, open.refusal.message, open, end);
    const { header, segments } = open;
    return {
      ...(this.#interchange && { interchange: this.#interchange.facts }),
      reference: textOf(header, 1),
      type: textOf(header, 2, 0),
      release: textOf(header, 2, 2),
      header,
      segments,
      offset: header.offset,
      length: end - header.offset,
    };
  }

  #checkCount(segment: Segment, counted: number): void {
    const stated = componentOf(segment, 1);
    if (!stated || !/^[0-9]{1,9}$/.test(stated.value) || Number(stated.value) !== counted)
      this.#findings.add('count-mismatch', { segment, element: 1, component: stated }, `Counted: ${counted}.`);
  }

  #checkReference(segment: Segment, opening: string): void {
    if (textOf(segment, 2) !== opening)
      this.#findings.add('reference-mismatch', { segment, element: 2, component: componentOf(segment, 2) });
  }
}

const overCap = (segment: Segment): { code: ProblemCode; message: string } => ({
  code: 'CQ_EDIFACT_LIMIT',
  message: `Segment ${segment.index} is over a cap (${segment.fault}). Send it in the documented sizes.`,
});
