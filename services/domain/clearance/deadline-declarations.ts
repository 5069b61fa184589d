import { type Instant, instant } from '../identifiers/instant.ts';
import { type ClockInput, isReturned } from './clock-input.ts';
import { type ClearancePart, clearanceParts } from './clock-parts.ts';
import { releasesOf } from './clock-release.ts';
import { type DeadlineFacts, deadline } from './deadline.ts';
import { after, day } from './deadline-due.ts';
import type { DeadlineInput } from './deadline-input.ts';

/** When the vessel entered: customs' acceptance of its entry, else its arrival. */
const vesselEntry = ({ milestones }: ClockInput['state']): Instant | undefined =>
  milestones['customs-vessel-entry']?.actual ?? milestones['vessel-arrived']?.actual;

/** When every part of the box was declared; a bill released without a known declaration was. Nothing while one is open. */
function allDeclared(parts: readonly ClearancePart[], input: DeadlineInput): Instant | undefined {
  let last: number | undefined;
  for (const part of parts) {
    if (part.withdrawn) continue;
    const declaredAt = part.declaredAt ?? releasesOf(part, input).full.first;
    if (declaredAt === undefined) return undefined;
    last = Math.max(last ?? declaredAt, declaredAt);
  }
  return last === undefined ? undefined : instant(last);
}

/** The second step of a two-step declaration, each with its own due time. */
function completeDeclarations(parts: readonly ClearancePart[], dueAt: Instant, input: DeadlineInput, isVoid: boolean): DeadlineFacts[] {
  return parts.flatMap((part) => {
    const told = (code: string): Instant | undefined =>
      input.effective.find((e) => e.via === part.key && e.event.code === code && e.event.classifier === 'actual')?.event.occurredAt;
    if (part.kind !== 'declaration' || told('customs.summary-declared') === undefined) return [];
    const metAt = told('customs.complete-declared');
    const gone = metAt === undefined && (isVoid || part.withdrawn);
    return [deadline('complete-declaration', dueAt, { metAt, isVoid: gone, subject: { type: 'declaration', id: part.name } })];
  });
}

/** The import declaration and, for two-step ones, the complete declaration: both 14 days from the entry of the vessel. */
export function declarationDeadlines(input: DeadlineInput): DeadlineFacts[] {
  const { direction, milestones } = input.state;
  const entry = vesselEntry(input.state);
  if (direction !== 'import' || entry === undefined) return [];
  const parts = clearanceParts(input);
  const dueAt = after(entry, 14 * day);
  const metAt = allDeclared(parts, input);
  const returned = isReturned(input);
  // Moved on under customs control, it is declared at its destination.
  const elsewhere = milestones['customs-onward']?.actual !== undefined;
  return [
    deadline('import-declaration', dueAt, { metAt, isVoid: metAt === undefined && (returned || elsewhere) }),
    ...completeDeclarations(parts, dueAt, input, returned),
  ];
}
