declare const brand: unique symbol;

/** The canonical UN/LOCODE of a port community, e.g. `CNDLC` (UNECE Recommendation 16). */
export type UnLocode = string & { readonly [brand]: 'UnLocode' };

/** One row of the port list: canonical code, other codes of the same port, names, IANA zone. */
export interface Port {
  readonly code: UnLocode;
  readonly aliases: readonly string[];
  readonly name: string;
  readonly nameZh?: string;
  readonly zone: string;
}

/** Knows every port by its canonical code and its aliases. */
export interface PortTable {
  /** The port that a code means, or nothing when the code is not in the list. Codes are matched as written. */
  resolve(code: string): Port | undefined;
}

/** Builds the table from rows; the first row that claims a code keeps it. */
export function createPortTable(rows: Iterable<Port>): PortTable {
  const byCode = new Map<string, Port>();
  for (const row of rows) for (const code of [row.code, ...row.aliases]) if (!byCode.has(code)) byCode.set(code, row);
  return { resolve: (code) => byCode.get(code) };
}

/** Reads the rows of a list with the header `code,aliases,name,name_zh,zone`; aliases are separated by spaces. */
export function parsePortRows(csv: string): Port[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [code = '', aliases = '', name = '', nameZh = '', zone = ''] = line.trim().split(',');
    return { code: code as UnLocode, aliases: aliases.split(' ').filter(Boolean), name, zone, ...(nameZh && { nameZh }) };
  });
}
