import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import type { Direction } from '@clearquay/domain/events/codes.ts';
import type { Move } from './message-codes.ts';

/** Equipment status (8249) as a word, with the direction it hints at and what it makes of a move. */
export interface EquipmentStatus {
  readonly word: string;
  readonly direction?: Direction;
  /** Moves that did not take place: another code instead, or no event at all. */
  readonly instead?: Partial<Record<Move, { readonly code: Code; readonly kind?: string } | 'nothing'>>;
}

/** UN/EDIFACT code list 8249, as far as ports use it. */
export const equipmentStatuses: Readonly<Record<string, EquipmentStatus>> = {
  '1': { word: 'continental' },
  '2': { word: 'export', direction: 'export' },
  '3': { word: 'import', direction: 'import' },
  '4': { word: 'remain-on-board', instead: { discharge: 'nothing', load: 'nothing' } },
  '5': { word: 'shifter' },
  '6': { word: 'transhipment', direction: 'transhipment' },
  '7': {
    word: 'short-landed',
    instead: { discharge: { code: 'terminal.discrepancy-recorded', kind: 'short-landed' }, load: { code: 'terminal.shut-out' } },
  },
  '8': { word: 'over-landed' },
};

/** Full or empty (8169): 7 and 8 are full boxes of several or one consignment. */
export const fullness: Readonly<Record<string, boolean>> = { '4': false, '5': true, '7': true, '8': true };

/** Mode of transport (8067) of the carriage that brought or takes the box. */
export const transportModes: Readonly<Record<string, string>> = { '1': 'vessel', '2': 'rail', '3': 'truck', '8': 'barge' };

/** Movement type (TMD 8335): how the box was packed and will be unpacked. */
export const movementTypes: Readonly<Record<string, string>> = { '2': 'LCL/LCL', '3': 'FCL/FCL', '4': 'FCL/LCL', '5': 'LCL/FCL' };

/** Who put a seal on (9303). */
export const sealingParties: Readonly<Record<string, string>> = {
  AA: 'consolidator',
  AC: 'quarantine',
  CA: 'carrier',
  CU: 'customs',
  SH: 'shipper',
  TO: 'terminal',
};

/** Words that senders put where a seal number should stand; a number of zeros is one as well. */
export const sealPlaceholders: readonly string[] = [
  'Y',
  'YES',
  'SI',
  'N',
  'NO',
  'NIL',
  'NONE',
  'NA',
  'N/A',
  'X',
  'XX',
  'XXX',
  '-',
  'SEAL',
  'UNKNOWN',
];

/** Weights by the measured attribute (6313) beside purpose AAE or WT; `VGM` is kept apart. */
export const weightNames: Readonly<Record<string, string>> = { G: 'gross', T: 'tare', EGW: 'estimatedGross', AET: 'equipmentGross' };

/** Units of weight (6411): kilogram, pound, tonne. */
export const weightUnits: readonly string[] = ['KGM', 'LBR', 'TNE'];

/** References (RFF 1153) that become edges of the graph, bills before bookings. */
export const linkQualifiers: readonly { readonly qualifier: string; readonly type: 'bill' | 'declaration'; readonly kind?: string }[] = [
  { qualifier: 'BM', type: 'bill' },
  { qualifier: 'BN', type: 'bill', kind: 'booking' },
  { qualifier: 'ABT', type: 'declaration' },
];

/** Places of a box (3227) by their name in `details`. */
export const placeNames: Readonly<Record<string, string>> = {
  '7': 'placeOfDelivery',
  '9': 'portOfLoading',
  '11': 'portOfDischarge',
  '13': 'portOfTranshipment',
};

/** Qualifiers of the place where the move took place: 165 by custom, 175 in D.00B. */
export const activityQualifiers: readonly string[] = ['165', '175'];

/** Parties (3035) that go into the event. */
export const partyRoles: Readonly<Record<string, string>> = { CA: 'carrier', CF: 'container-operator' };
