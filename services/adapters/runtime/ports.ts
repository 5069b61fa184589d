import { readFile } from 'node:fs/promises';
import { createPortTable, type PortTable, parsePortRows } from '@clearquay/domain/identifiers/un-locode.ts';

/** Reads a port list such as `seeds/reference/ports.csv`; throws when the file cannot be read or names no port. */
export async function loadPorts(file: URL): Promise<PortTable> {
  const rows = parsePortRows(await readFile(file, 'utf8'));
  if (rows.length === 0) throw new Error(`${file.pathname} names no port`);
  return createPortTable(rows);
}
