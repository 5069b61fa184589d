import { isImoNumber } from '@clearquay/domain/identifiers/imo-number.ts';
import type { Findings } from './finding.ts';
import { type Component, componentOf, type Segment, textOf } from './segment.ts';

/** What the segments before the first box say about all of them. */
export interface Header {
  readonly bgm?: Segment;
  /** Document code (1001), `''` when absent. */
  readonly code: string;
  /** Document number (1004), `''` when absent. */
  readonly documentNumber: string;
  /** Message function (1225), `''` when absent. */
  readonly function: string;
  /** The document that this one replaces or cancels, when a reference names it (RFF ACW or AGO). */
  readonly previous?: string;
  /** IMO number, else call sign, else name; usable in the id of a call. */
  readonly vessel?: string;
  readonly voyage?: string;
  /** Places by their qualifier (3227), the first of each. */
  readonly places: ReadonlyMap<string, Segment>;
  /** Time of the message (DTM 137): value and format. */
  readonly written?: readonly [Component, string];
  readonly parties: readonly Segment[];
}

const mainCarriage = '20';
const imoList = '146';
const callSignList = '103';

const reference = (header: readonly Segment[], qualifiers: readonly string[]): string | undefined =>
  qualifiers
    .map((q) => header.find((s) => s.tag === 'RFF' && textOf(s, 1, 0) === q))
    .flatMap((s) => (s ? [textOf(s, 1, 1).trim()] : []))
    .find(Boolean);

/** The id of the vessel for matching: a part of a call id holds no colon. */
function vesselOf(tdt: Segment | undefined, findings: Findings): string | undefined {
  if (!tdt) return undefined;
  const id = textOf(tdt, 8, 0).trim();
  const list = textOf(tdt, 8, 1);
  const name = textOf(tdt, 8, 3).trim();
  if (list === imoList && id !== '') {
    if (isImoNumber(id)) return id;
    findings.add('vessel-id-check-digit', { segment: tdt, element: 8, component: componentOf(tdt, 8) });
  }
  const found = list === callSignList && id !== '' ? id : name;
  return found === '' || found.includes(':') ? undefined : found;
}

/** Reads the header segments of a CODECO or COARRI. */
export function readHeader(segments: readonly Segment[], findings: Findings): Header {
  const bgm = segments.find((s) => s.tag === 'BGM');
  const tdt = segments.find((s) => s.tag === 'TDT' && textOf(s, 1) === mainCarriage);
  const voyage = (tdt && textOf(tdt, 2).trim()) || reference(segments, ['VON']);
  const vessel = vesselOf(tdt, findings);
  const previous = reference(segments, ['ACW', 'AGO']);
  const places = new Map<string, Segment>();
  for (const loc of segments) if (loc.tag === 'LOC' && !places.has(textOf(loc, 1))) places.set(textOf(loc, 1), loc);
  const dtm = segments.find((s) => s.tag === 'DTM' && textOf(s, 1, 0) === '137');
  const written = dtm && componentOf(dtm, 1, 1);
  return {
    ...(bgm && { bgm }),
    code: bgm ? textOf(bgm, 1) : '',
    documentNumber: bgm ? textOf(bgm, 2) : '',
    function: bgm ? textOf(bgm, 3) : '',
    ...(previous && { previous }),
    ...(vessel && { vessel }),
    ...(voyage && !voyage.includes(':') && { voyage }),
    places,
    ...(dtm && written && { written: [written, textOf(dtm, 1, 2)] as const }),
    parties: segments.filter((s) => s.tag === 'NAD'),
  };
}
