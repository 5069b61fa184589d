import type { Party, Reference } from '@clearquay/domain/events/status-event.ts';
import { linkQualifiers, partyRoles } from './box-codes.ts';
import type { Seal } from './box-details.ts';
import type { BoxGroup } from './group-boxes.ts';
import { type Segment, textOf } from './segment.ts';

const plateList = '146';
const inlandStage = '1';
const roadMode = '3';

/** Bills before bookings before declarations; the truck by its plate (8213 under list 146), seals by their number. */
export function readReferences(box: BoxGroup, call: string | undefined, seals: readonly Seal[]): Reference[] {
  const links = linkQualifiers.flatMap(({ qualifier, type, kind }) =>
    box.own
      .filter((s) => s.tag === 'RFF' && textOf(s, 1, 0) === qualifier)
      .map((s) => textOf(s, 1, 1).trim())
      .filter(Boolean)
      .map((id): Reference => ({ type, id, ...(kind && { kind }) })),
  );
  const plates = box.carriages.flatMap(([tdt]) =>
    tdt && textOf(tdt, 1) === inlandStage && textOf(tdt, 3) === roadMode && textOf(tdt, 8, 1) === plateList && textOf(tdt, 8).trim()
      ? [textOf(tdt, 8).trim()]
      : [],
  );
  return [
    ...links,
    ...(call ? [{ type: 'call' as const, id: call }] : []),
    ...plates.map((id): Reference => ({ type: 'truck', id })),
    ...seals.map(({ number }): Reference => ({ type: 'seal', id: number.trim() })),
  ];
}

/** Carrier and container operator by code; what stands at the box wins over the header. */
export function readParties(header: readonly Segment[], box: BoxGroup): Party[] {
  const parties = new Map<string, Party>();
  for (const nad of [...header, ...box.own]) {
    const role = nad.tag === 'NAD' ? partyRoles[textOf(nad, 1)] : undefined;
    const code = textOf(nad, 2).trim();
    if (role && code) parties.set(role, { role, code });
  }
  return [...parties.values()];
}
