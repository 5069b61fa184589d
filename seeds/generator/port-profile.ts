/** A terminal of the port: its code as a facility, the source under which it publishes, its berths. */
export interface TerminalProfile {
  readonly code: string;
  readonly source: string;
  readonly berths: readonly string[];
}

/** The invented cast of one port: its facilities and the ids under which its agencies publish. */
export interface PortProfile {
  readonly port: string;
  /** Customs district of declarations, four digits. */
  readonly district: string;
  readonly platePrefix: string;
  readonly terminals: readonly TerminalProfile[];
  /** Codes of the places behind the quay. */
  readonly depot: string;
  readonly inspectionYard: string;
  readonly freightStation: string;
  readonly supervisedWarehouse: string;
  readonly railYard: string;
  readonly inlandPort: string;
  readonly sources: Readonly<
    Record<'customs' | 'singleWindow' | 'maritime' | 'border' | 'quarantine' | 'depot' | 'rail' | 'haulage' | 'tally', string>
  >;
}

/** Customs districts of the ports of Liaoning and Yantai; other ports get 9900, which no customs uses. */
const districts: Readonly<Record<string, string>> = { CNDLC: '0908', CNYIK: '0907', CNJNZ: '0906', CNYTG: '4201' };
const liaoning: ReadonlySet<string> = new Set(['CNDLC', 'CNYIK', 'CNJNZ']);
/** Facility codes of Dalian; other ports get codes from their own letters. */
const dalianTerminals = ['DCT-A', 'DPC-B', 'TPW-C'];

/** The cast of a port, made up from its UN/LOCODE; the ports of Liaoning share the single window `lnsw`. */
export function portProfile(port: string): PortProfile {
  const place = port.slice(2);
  const tag = place.toLowerCase();
  const codes = port === 'CNDLC' ? dalianTerminals : ['A', 'B', 'C'].map((letter) => `${place}T-${letter}`);
  return {
    port,
    district: districts[port] ?? '9900',
    platePrefix: liaoning.has(port) ? '辽B' : place,
    terminals: codes.map((code) => {
      const letter = code.slice(-1);
      return { code, source: `${tag}-terminal-${letter.toLowerCase()}`, berths: [1, 2, 3, 4, 5].map((n) => `${letter}0${n}`) };
    }),
    depot: `${place}-DEPOT-1`,
    inspectionYard: `${place}-INSP-1`,
    freightStation: `${place}-CFS-1`,
    supervisedWarehouse: `${place}-COLD-1`,
    railYard: `${place}-RAIL-1`,
    inlandPort: 'SYA-INLAND-1',
    sources: {
      customs: `${tag}-customs`,
      singleWindow: liaoning.has(port) ? 'lnsw' : `${tag}-single-window`,
      maritime: `${tag}-maritime`,
      border: `${tag}-border`,
      quarantine: `${tag}-quarantine`,
      depot: `${tag}-depot-1`,
      rail: `${tag}-rail`,
      haulage: `${tag}-haulage`,
      tally: `${tag}-tally`,
    },
  };
}
