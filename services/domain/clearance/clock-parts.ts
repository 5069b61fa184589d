import { codeRules } from '../events/codes.ts';
import type { Instant } from '../identifiers/instant.ts';
import { idOf } from '../visit/reach.ts';
import { holdsNow } from '../visit/spans.ts';
import type { Entry } from '../visit/standing.ts';
import type { SubjectKey } from '../visit/visit.ts';
import type { ClockInput } from './clock-input.ts';
import type { Lot } from './lots.ts';

/** What customs clears one by one on a box: each declaration, and each bill that none covers. */
export interface ClearancePart {
  readonly key: SubjectKey;
  /** The declaration or bill number; the box for one without papers. */
  readonly name: string;
  readonly kind: 'declaration' | 'bill' | 'box';
  /** The goods that it covers, those of masters left out that houses stand for; none for the box. */
  readonly lots: readonly Lot[];
  /** Master bills of the box whose houses stand for them: what is said of one is said of all its houses. */
  readonly masters: ReadonlySet<SubjectKey>;
  readonly withdrawn: boolean;
  readonly declaredAt?: Instant;
}

function declarationPart(
  key: SubjectKey,
  effective: readonly Entry[],
  own: readonly Lot[],
  masters: ClearancePart['masters'],
): ClearancePart {
  let withdrawn = false;
  let declaredAt: Instant | undefined;
  for (const { event, via } of effective) {
    if (via !== key) continue;
    if (event.code === 'customs.declaration-withdrawn') withdrawn = true;
    if (event.classifier === 'actual' && codeRules[event.code].milestone === 'declared') declaredAt ??= event.occurredAt;
  }
  const lots = own.filter((l) => l.isEverDeclared(key));
  return { key, name: idOf(key), kind: 'declaration', lots, masters, withdrawn, ...(declaredAt !== undefined && { declaredAt }) };
}

const byKey = (a: ClearancePart, b: ClearancePart): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** The parts of a box, declarations first. A master bill is represented by its house bills (ruling 6). */
export function clearanceParts({ effective, papers }: ClockInput): ClearancePart[] {
  const houses = papers.bills.filter((b) => b.kind === 'bill');
  const own = houses.length > 0 ? houses : papers.bills;
  const masters = new Set(houses.length > 0 ? papers.bills.filter((b) => b.kind === 'master').map((b) => b.key) : []);
  const lots = papers.lots.filter((l) => own.some((b) => l.wasOn(b.key)));
  const declared = papers.declarations.map((key) => declarationPart(key, effective, lots, masters));
  const isCovered = (lot: Lot): boolean => declared.some((d) => !d.withdrawn && d.lots.includes(lot));
  const open = own.flatMap(({ key, spans }): ClearancePart[] => {
    const left = holdsNow(spans) ? lots.filter((l) => l.bill === key && !isCovered(l)) : [];
    return left.length > 0 ? [{ key, name: idOf(key), kind: 'bill', lots: left, masters, withdrawn: false }] : [];
  });
  const parts = [...declared.sort(byKey), ...open.sort(byKey)];
  if (parts.length > 0) return parts;
  const { box } = papers;
  return effective.some((e) => e.via === box) ? [{ key: box, name: idOf(box), kind: 'box', lots: [], masters, withdrawn: false }] : [];
}

/**
 * True when a statement of customs is about a part: its own, one of the only bill of its goods unless that names other
 * declarations, one of the box unless that names other papers (`events.md` section 6).
 */
export function isAbout({ event, via }: Entry, part: ClearancePart): boolean {
  if (via === part.key && part.kind !== 'bill') return true;
  const { occurredAt: at } = event;
  const named = event.references.filter((r) => r.type === 'declaration').map((r): SubjectKey => `declaration:${r.id}`);
  const lots = part.kind === 'declaration' ? part.lots.filter((l) => l.isDeclared(part.key, at)) : part.lots;
  if (via.startsWith('bill:')) {
    const isOnlyBill = lots.length > 0 && lots.every((l) => l.isOn(via, at));
    if (named.length > 0) return named.includes(part.key) || (part.kind === 'bill' && isOnlyBill);
    return isOnlyBill || part.masters.has(via) || part.lots.length === 0;
  }
  if (!via.startsWith('container:')) return false;
  if (named.length > 0) return named.includes(part.key);
  const bills = event.references.filter((r) => r.type === 'bill').map((r): SubjectKey => `bill:${r.id}`);
  return bills.length === 0 || part.lots.length === 0 || bills.some((b) => lots.some((l) => l.isOn(b, at)));
}
