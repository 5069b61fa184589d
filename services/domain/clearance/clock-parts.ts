import { codeRules } from '../events/codes.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { BillLink } from '../visit/dossier.ts';
import { idOf } from '../visit/reach.ts';
import { holdsNow } from '../visit/spans.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { ClockInput } from './clock-input.ts';

/** What customs clears one by one on a box: each declaration, and each bill that none covers. */
export interface ClearancePart {
  readonly key: SubjectKey;
  /** The declaration or bill number; the box for one without papers. */
  readonly name: string;
  readonly kind: 'declaration' | 'bill' | 'box';
  /** The bills of the box that it covers: those that a declaration names, all when it names none of them or their master. */
  readonly bills: ReadonlySet<SubjectKey>;
  /** Master bills of the box whose houses stand for them: what is said of one is said of all its houses. */
  readonly masters: ReadonlySet<SubjectKey>;
  readonly withdrawn: boolean;
  readonly declaredAt?: Instant;
}

/** The bills of a box that answer for themselves, and the masters that they stand for. */
interface Bills {
  readonly own: readonly BillLink[];
  readonly masters: ReadonlySet<SubjectKey>;
}

function declarationPart(key: SubjectKey, effective: readonly Entry[], { own, masters }: Bills): ClearancePart {
  const named = new Set<SubjectKey>();
  let withdrawn = false;
  let declaredAt: Instant | undefined;
  for (const { event, via } of effective) {
    if (via !== key) continue;
    for (const r of event.references) if (r.type === 'bill') named.add(`bill:${r.id}`);
    if (event.code === 'customs.declaration-withdrawn') withdrawn = true;
    if (event.classifier === 'actual' && codeRules[event.code].milestone === 'declared') declaredAt ??= event.occurredAt;
  }
  const mine = own.filter((b) => named.has(b.key));
  const all = mine.length === 0 || [...masters].some((m) => named.has(m));
  const bills = new Set((all ? own : mine).map((b) => b.key));
  return { key, name: idOf(key), kind: 'declaration', bills, masters, withdrawn, ...(declaredAt !== undefined && { declaredAt }) };
}

const byKey = (a: ClearancePart, b: ClearancePart): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** The parts of a box, declarations first. A master bill is represented by its house bills (ruling 6). */
export function clearanceParts({ visit, effective }: ClockInput): ClearancePart[] {
  const linked = visit.carriage.dossiers.flatMap((d) => d.bills).filter((b) => b.kind !== 'booking');
  const houses = linked.filter((b) => b.kind === 'bill');
  const own = houses.length > 0 ? houses : linked;
  const masters = new Set(houses.length > 0 ? linked.filter((b) => b.kind === 'master').map((b) => b.key) : []);
  const declared = visit.declarations.map((key) => declarationPart(key, effective, { own, masters }));
  const isCovered = (bill: SubjectKey): boolean => declared.some((d) => !d.withdrawn && d.bills.has(bill));
  const open = own
    .filter((b) => holdsNow(b.spans) && !isCovered(b.key))
    .map((b): ClearancePart => ({ key: b.key, name: idOf(b.key), kind: 'bill', bills: new Set([b.key]), masters, withdrawn: false }));
  const parts = [...declared.sort(byKey), ...open.sort(byKey)];
  if (parts.length > 0) return parts;
  const box = effective.find((e) => e.via.startsWith('container:'))?.via;
  return box ? [{ key: box, name: idOf(box), kind: 'box', bills: new Set(), masters, withdrawn: false }] : [];
}

/**
 * True when a statement of customs is about a part: its own, one of its only bill unless that names other declarations,
 * one of the box unless that names other papers (`events.md` section 6).
 */
export function isAbout({ event, via }: Entry, part: ClearancePart): boolean {
  if (via === part.key) return true;
  const named = event.references.filter((r) => r.type === 'declaration').map((r): SubjectKey => `declaration:${r.id}`);
  if (via.startsWith('bill:')) {
    if (named.length > 0) return named.includes(part.key);
    return part.masters.has(via) || part.bills.size === 0 || (part.bills.size === 1 && part.bills.has(via));
  }
  if (!via.startsWith('container:')) return false;
  if (named.length > 0) return named.includes(part.key);
  const bills = event.references.filter((r) => r.type === 'bill').map((r): SubjectKey => `bill:${r.id}`);
  return bills.length === 0 || part.bills.size === 0 || bills.some((b) => part.bills.has(b));
}
