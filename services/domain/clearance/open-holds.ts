import type { AcceptedEvent } from '../events/status-event.ts';
import type { SubjectKey } from '../visit/visit.ts';
import { type HoldRule, impliedBy, liftedBy, placedBy } from './hold-rules.ts';

/** The variety of a hold: carrier and terminal say a kind, customs a ground for seizure (ruling 4). */
const varietyOf = (rule: HoldRule, event: AcceptedEvent): string => {
  const said =
    rule.kind === 'seizure'
      ? event.details?.['ground']
      : rule.kind === 'carrier' || rule.kind === 'terminal'
        ? event.details?.['kind']
        : undefined;
  return typeof said === 'string' ? said : '';
};

/**
 * The holds that stand on one box while its events are read in order. A hold is known by kind, variety and subject. A
 * lift ends it on its own subject; for one box, also that box's share of a hold on its bill or declaration (ruling 4).
 */
export class OpenHolds {
  readonly #open = new Map<string, HoldRule>();
  readonly #box: SubjectKey;

  constructor(box: SubjectKey) {
    this.#box = box;
  }

  /** Reads the next event, which came through a subject. */
  apply(event: AcceptedEvent, via: SubjectKey): void {
    for (const rule of placedBy.get(event.code) ?? []) this.#open.set(`${rule.kind}|${varietyOf(rule, event)}|${via}`, rule);
    const subjects = this.#named(event, via);
    for (const rule of liftedBy.get(event.code) ?? []) this.#lift(rule, varietyOf(rule, event), subjects, via === this.#box);
    for (const rule of impliedBy.get(event.code) ?? []) this.#lift(rule, undefined, subjects, false);
  }

  /** True when a hold of the agency stands; with a kind, of that kind. */
  stands(agency: HoldRule['agency'], kind?: string): boolean {
    for (const rule of this.#open.values()) if (rule.agency === agency && (kind === undefined || rule.kind === kind)) return true;
    return false;
  }

  /** The subjects that an event is about: the one it came through, and the box when a list names it. */
  #named(event: AcceptedEvent, via: SubjectKey): SubjectKey[] {
    const listed = via !== this.#box && event.references.some((r) => r.type === 'container' && `container:${r.id}` === this.#box);
    return listed ? [this.#box] : [via];
  }

  #lift(rule: HoldRule, variety: string | undefined, subjects: readonly SubjectKey[], share: boolean): void {
    for (const [key, open] of this.#open) {
      const [kind, said, ...subject] = key.split('|');
      if (open !== rule || kind !== rule.kind || (variety !== undefined && said !== variety)) continue;
      const on = subject.join('|') as SubjectKey;
      if (subjects.includes(on) || (share && !on.startsWith('call:'))) this.#open.delete(key);
    }
  }
}
