/** Where the segments of one message type and release stand (UN/EDIFACT directory), as far as boxes are concerned. */
export interface GroupTable {
  readonly message: string;
  readonly release: string;
  /** Segments before the first equipment or goods group. */
  readonly header: readonly string[];
  /** Segments of a goods group, opened by GID; its SGP names the boxes. Empty when the message has none. */
  readonly goods: readonly string[];
  /** Segments of an equipment group in their order, opened by EQD. */
  readonly equipment: readonly string[];
  /** Segments that follow a TDT inside an equipment group and belong to that carriage. */
  readonly carriage: readonly string[];
  /** True when a DTM may follow a LOC directly. */
  readonly timedPlaces: boolean;
  readonly trailer: readonly string[];
  /** Qualifiers of the time of the move, the usual one first. */
  readonly times: readonly string[];
}

const trailer = ['CNT', 'AUT'];
/** In D.00B the group of CODECO and COARRI is the same. */
const equipment00B = [
  'EQD',
  'EQN',
  'RFF',
  'GDS',
  'TMD',
  'DTM',
  'LOC',
  'MEA',
  'DIM',
  'TMP',
  'RNG',
  'SEL',
  'FTX',
  'PCD',
  'DGS',
  'EQA',
  'PIA',
  'COD',
  'HAN',
  'DAM',
  'TDT',
  'NAD',
];
const carriage = ['RFF', 'LOC', 'DTM'];
const codecoTimes = ['7', '203'];
const coarriTimes = ['203', '7'];

/** One row per message and release. An unknown release takes the nearest older row. */
export const groupTables: readonly GroupTable[] = [
  {
    message: 'CODECO',
    release: '95B',
    header: ['UNH', 'BGM', 'DTM', 'FTX', 'RFF', 'TDT', 'LOC', 'NAD', 'CTA', 'COM'],
    goods: ['GID', 'HAN', 'FTX', 'NAD', 'MEA', 'DIM', 'DOC', 'PCI', 'TMP', 'RNG', 'SGP', 'DGS', 'CTA', 'COM'],
    equipment: ['EQD', 'EQN', 'RFF', 'TMD', 'DTM', 'LOC', 'MEA', 'DIM', 'SEL', 'FTX', 'PCD', 'EQA', 'DAM', 'COD', 'TDT', 'NAD'],
    carriage,
    timedPlaces: false,
    trailer,
    times: codecoTimes,
  },
  {
    message: 'CODECO',
    release: '00B',
    header: ['UNH', 'BGM', 'DTM', 'FTX', 'RFF', 'TDT', 'LOC', 'NAD', 'CTA', 'COM'],
    goods: ['GID', 'HAN', 'FTX', 'NAD', 'MEA', 'DIM', 'DOC', 'PCI', 'SGP', 'DGS', 'CTA', 'COM'],
    equipment: equipment00B,
    carriage,
    timedPlaces: true,
    trailer,
    times: codecoTimes,
  },
  {
    message: 'COARRI',
    release: '95B',
    header: ['UNH', 'BGM', 'FTX', 'RFF', 'TDT', 'LOC', 'DTM', 'NAD', 'CTA', 'COM'],
    goods: [],
    equipment: ['EQD', 'EQN', 'RFF', 'TMD', 'DTM', 'LOC', 'MEA', 'DIM', 'RNG', 'SEL', 'FTX', 'PCD', 'EQA', 'DAM', 'COD', 'TDT', 'NAD'],
    carriage,
    timedPlaces: false,
    trailer,
    times: coarriTimes,
  },
  {
    message: 'COARRI',
    release: '00B',
    header: ['UNH', 'BGM', 'DTM', 'FTX', 'RFF', 'TDT', 'LOC', 'NAD', 'CTA', 'COM'],
    goods: [],
    equipment: equipment00B,
    carriage,
    timedPlaces: true,
    trailer,
    times: coarriTimes,
  },
];

/** Releases sort by year and letter: 95B before 00B; two digits from 70 on are of the last century. */
const ageOf = (release: string): string => {
  const [, year = '', letter = ''] = /^([0-9]{2})([A-Z])$/.exec(release) ?? [];
  return year === '' ? '' : `${Number(year) >= 70 ? '19' : '20'}${year}${letter}`;
};

/** The table of a message, and whether it is the one of its very release. Nothing for an unsupported message. */
export function tableFor(message: string, release: string): { readonly table: GroupTable; readonly exact: boolean } | undefined {
  const tables = groupTables.filter((t) => t.message === message).sort((a, b) => (ageOf(a.release) < ageOf(b.release) ? -1 : 1));
  const exact = tables.find((t) => t.release === release);
  const older = tables.filter((t) => ageOf(t.release) <= ageOf(release)).at(-1);
  const table = exact ?? older ?? tables[0];
  return table && { table, exact: exact !== undefined };
}
