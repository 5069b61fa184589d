import { isCode } from '@clearquay/domain/events/codes.ts';

/** What the id of a partner looks like; it is a record key and the source of events. */
const partnerId = /^[\x21-\x7e]{1,120}$/;

/** One row of a partner's own document codes; it stands before the common table and may reverse a direction. */
export interface PartnerCode {
  readonly message: string;
  /** A release such as `95B`, or `*` for every one. */
  readonly release: string;
  readonly bgm: string;
  /** A code of the catalogue, or `ignore`. */
  readonly code: string;
}

/** What is known about the sender of EDIFACT messages. */
export interface Partner {
  /** The source under which its events are published. */
  readonly id: string;
  /** UNB sender ids that may come under this partner; empty for any. */
  readonly senders: readonly string[];
  /** True when messages without UNB are taken, the delivery channel naming the sender. */
  readonly bareMessages: boolean;
  /** IANA zone of its local times. */
  readonly zone?: string;
  /** Character set of files that declare none that fits, as the WHATWG encoding list names it, e.g. `gb18030`. */
  readonly charset?: string;
  /** UN/LOCODE of its only port. */
  readonly port?: string;
  /**
   * `unique` when a document number (BGM 1004) with a box names one report, so that a replacement finds its target;
   * `reused` when the sender repeats numbers.
   */
  readonly documentNumbers: 'unique' | 'reused';
  readonly codes: readonly PartnerCode[];
  /** Place codes that glue a terminal to the LOCODE, e.g. `IDJKT45`. */
  readonly places: Readonly<Record<string, { readonly port: string; readonly facility: string }>>;
}

/** Knows the partners by id. */
export interface PartnerTable {
  find(id: string): Partner | undefined;
  /** The partner of deliveries that name none. */
  readonly fallback: Partner;
}

/** The shape of `seeds/reference/edifact-partners.json`: every field of a partner but its id may be left out. */
export interface PartnerFile {
  readonly default: string;
  readonly partners: readonly (Partial<Partner> & Pick<Partner, 'id'>)[];
}

/** Builds the table; throws when the default is not among the partners, or a partner names what does not exist. */
export function createPartnerTable(file: PartnerFile): PartnerTable {
  const partners = new Map(
    file.partners.map((p): [string, Partner] => [
      p.id,
      { senders: [], bareMessages: true, documentNumbers: 'unique', codes: [], places: {}, ...p },
    ]),
  );
  for (const partner of partners.values()) check(partner);
  const fallback = partners.get(file.default);
  if (!fallback) throw new Error(`The default partner ${file.default} is not in the list.`);
  return { find: (id) => partners.get(id), fallback };
}

/** A wrong zone, character set or code would otherwise show only in the partner's next message. */
function check({ id, zone, charset, codes }: Partner): void {
  if (!partnerId.test(id)) throw new Error(`Partner ${id}: an id has 1 to 120 printable ASCII characters without spaces.`);
  if (zone !== undefined) new Intl.DateTimeFormat('en', { timeZone: zone });
  if (charset !== undefined && charset !== 'latin1') new TextDecoder(charset, { fatal: true });
  const unknown = codes.find(({ code }) => code !== 'ignore' && !isCode(code));
  if (unknown) throw new Error(`Partner ${id}: ${unknown.code} is no code of the catalogue.`);
}
