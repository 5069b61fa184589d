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
export const facilityDefaults: FacilityRules = { asksForEir: true, asksForPayment: false, asksForOnwardMove: true };
