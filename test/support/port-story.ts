import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import type { Details, Reference, StatusEvent, Subject } from '@clearquay/domain/events/status-event.ts';
import { containerCheckDigit } from '@clearquay/domain/identifiers/container-number.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);

/** An invented container number with its right check digit. */
export function boxNumber(serial: number): string {
  const ten = `QXRU${String(serial).padStart(6, '0')}`;
  return `${ten}${containerCheckDigit(ten)}`;
}

/** Writes events of one port; ids count up and hours count from the start of the story. */
export class PortStory {
  readonly port: UnLocode;
  #serial = 0;

  constructor(port: string) {
    this.port = port as UnLocode;
  }

  call(voyage = '014W'): Subject & { type: 'call' } {
    return { type: 'call', id: `9319466:${this.port}:${voyage}` };
  }

  tell(hours: number, code: Code, subject: Subject, references: readonly Reference[] = [], details?: Details): StatusEvent {
    const rule = codeRules[code];
    const occurredAt = instant(start + hours * hour);
    return {
      id: `${this.port}-${++this.#serial}`,
      action: 'report',
      port: this.port,
      source: `${rule.agency}-desk`,
      agency: rule.agency,
      code,
      subject,
      references,
      classifier: 'actual',
      occurredAt,
      occurredAtText: new Date(occurredAt).toISOString(),
      zoneRule: 'offset',
      ...(details && { details }),
    };
  }

  /** The manifest line of a box. */
  linked(box: Subject, bill: Subject, call: Subject = this.call()): StatusEvent {
    return this.tell(0, 'carrier.bill-linked', box, [bill, call], { direction: 'import' });
  }

  /** The import of some boxes under one bill, from the manifest to the gate and the empty return. */
  imported(boxes: readonly Subject[], bill: Subject, declaration: Subject): StatusEvent[] {
    const call = this.call();
    return [
      ...boxes.map((box) => this.linked(box, bill)),
      this.tell(2, 'customs.manifest-accepted', bill),
      this.tell(10, 'terminal.vessel-arrived', call),
      ...boxes.map((box) => this.tell(12, 'terminal.discharged', box, [call], { full: true })),
      this.tell(13, 'customs.declaration-linked', declaration, [bill]),
      this.tell(14, 'customs.released', declaration),
      this.tell(15, 'carrier.delivery-order-issued', bill),
      ...boxes.map((box) => this.tell(20, 'terminal.gated-out', box, [], { full: true, to: 'consignee' })),
      ...boxes.map((box) => this.tell(40, 'terminal.empty-returned', box)),
    ];
  }
}
