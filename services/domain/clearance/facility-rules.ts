/** What a facility asks for before it hands out or takes a box. */
export interface FacilityRules {
  /** An equipment interchange receipt before a pick-up. */
  readonly asksForEir: boolean;
  /** All charges paid before a pick-up. */
  readonly asksForPayment: boolean;
  /** An approved onward move before the loading of a transhipment box. */
  readonly asksForOnwardMove: boolean;
}

/** The defaults of `events.md` section 6: EIR asked for, payment check off. */
const facilityDefaults: FacilityRules = { asksForEir: true, asksForPayment: false, asksForOnwardMove: true };

/** The rules of the facilities that ask for something else than the defaults, by `port/facility`. */
export type FacilityTable = ReadonlyMap<string, FacilityRules>;

/** What a facility of a port asks for; the defaults when it is not listed or not known. */
export const facilityRulesOf = (table: FacilityTable | undefined, port: string, facility: string | undefined): FacilityRules =>
  table?.get(`${port}/${facility}`) ?? facilityDefaults;

/** Reads a list with the header `port,facility,asks_for_eir,asks_for_payment,asks_for_onward_move`, the last three `yes` or `no`. */
export function parseFacilityTable(csv: string): FacilityTable {
  const [, ...lines] = csv.trim().split('\n');
  return new Map(
    lines.map((line): [string, FacilityRules] => {
      const [port, facility, eir, payment, onwardMove] = line.trim().split(',');
      return [
        `${port}/${facility}`,
        { asksForEir: eir === 'yes', asksForPayment: payment === 'yes', asksForOnwardMove: onwardMove === 'yes' },
      ];
    }),
  );
}
