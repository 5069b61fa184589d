import { containerCheckDigit } from '@clearquay/domain/identifiers/container-number.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { Update } from './update.ts';

/** The n-th container of an invented owner, with its check digit. */
export function sampleContainer(n: number): string {
  const ten = `QHZU${String(n).padStart(6, '0')}`;
  return `${ten}${containerCheckDigit(ten)}`;
}

/** The id of the only visit of the n-th container. */
export const sampleVisitId = (n: number): string => `CNDLC-${sampleContainer(n)}-5eed`;

/** A record of the updates topic for tests: revision `sequence` of epoch 1 of the visit of the n-th container. */
export function sampleRecord(n: number, sequence: number, overrides: Partial<VisitUpdate> = {}): VisitUpdate {
  const revision = String(revisionOf(overrides.epoch ?? 1, sequence));
  const fields = {
    visitId: sampleVisitId(n),
    revision,
    epoch: 1,
    port: 'CNDLC',
    container: sampleContainer(n),
    direction: 'import',
    status: 'open',
    bills: [`QHBL${n}`],
    declarations: [],
    bookings: [],
    calls: [],
    holds: [],
    codes: ['terminal.discharged'],
    cause: 'event' as const,
    changes: ['status'],
    supersedes: [],
    events: '[]',
    appliedAt: 1_772_326_800_000,
    ...overrides,
  };
  const { visitId, port, container, direction, status, bills, declarations, bookings, calls } = fields;
  const milestones = { discharged: { actual: '2026-03-01T09:00:00+08:00', source: 'dlc-terminal' } };
  const visit = { visitId, version: revision, port, container, direction, status, calls, bills, declarations, bookings, milestones };
  return { ...fields, visit: JSON.stringify(visit) };
}

/** The same as the gateway holds it, in partition 3. */
export const sampleUpdate = (n: number, sequence: number, overrides: Partial<VisitUpdate> = {}): Update =>
  new Update(3, sampleRecord(n, sequence, overrides));
