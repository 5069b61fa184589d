import type { Code } from '../events/catalogue.generated.ts';
import { codeRules } from '../events/codes.ts';
import type { AcceptedEvent, Classifier, Details, Reference, SubjectType } from '../events/status-event.ts';
import { instant } from '../identifiers/instant.ts';
import type { UnLocode } from '../identifiers/un-locode.ts';
import { MemoryPort } from './memory-port.ts';
import type { Refolded } from './refold.ts';
import { subjectKey } from './visit.ts';

/** Midnight at which every story begins; offsets are written `h:mm` from it. */
export const storyStart = Date.UTC(2026, 2, 1);

/** The instant of an offset such as `54:20`. */
export function at(offset: string): number {
  const [hours = '0', minutes = '0'] = offset.split(':');
  return storyStart + (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const types: Readonly<Record<string, SubjectType>> = { C: 'container', B: 'bill', M: 'bill', H: 'bill', D: 'declaration', K: 'call' };

/** What a letter and number of a story mean: `C1` a box, `B1` `M1` `H1` bills, `BK1` a booking, `D1` a declaration, `K1` a call. */
export function named(name: string, ids: Readonly<Record<string, string>> = {}): Reference & { type: SubjectType } {
  const type = types[name[0] ?? ''];
  if (!type) throw new Error(`A story knows no ${name}.`);
  const id = ids[name] ?? name;
  return name.startsWith('BK') ? { type, id, kind: 'booking' } : { type, id };
}

let serial = 0;

/** One event of a story: `told('20:00', 'customs.declaration-linked', 'D1', 'B1 C1', { … })`. */
export function told(
  offset: string,
  code: Code,
  subject: string,
  references = '',
  details?: Details & { id?: string; source?: string; classifier?: Classifier },
): AcceptedEvent {
  const { id = `e${++serial}`, source, classifier, ...rest } = details ?? {};
  const when = instant(at(offset));
  const rule = codeRules[code];
  return {
    id,
    action: 'report',
    port: 'CNDLC' as UnLocode,
    source: source ?? rule.agency,
    agency: rule.agency,
    code,
    subject: named(subject),
    references: references
      .split(' ')
      .filter(Boolean)
      .map((r) => named(r)),
    classifier: classifier ?? rule.classifiers.at(-1) ?? 'actual',
    occurredAt: when,
    receivedAt: when,
    appliedAt: when,
    ...(Object.keys(rest).length > 0 && { details: rest }),
  };
}

/** The port of a story: applies events one by one or in batches and knows boxes by their names. */
export class StoryPort extends MemoryPort {
  constructor() {
    super('CNDLC' as UnLocode);
  }

  /** Applies one batch and refolds the boxes that it reaches. */
  apply(...events: readonly AcceptedEvent[]): this {
    this.applyBatch(events);
    return this;
  }

  /** The visits of a box, oldest first. */
  visits(box: string): Refolded['visits'] {
    return this.folded(subjectKey(named(box)))?.visits ?? [];
  }
}
