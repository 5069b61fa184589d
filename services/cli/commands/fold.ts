import { readFile } from 'node:fs/promises';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { loadPublishedLists } from '@clearquay/adapters/runtime/published-lists.ts';
import { systemClock } from '@clearquay/adapters/runtime/system-clock.ts';
import { foldDocument } from '@clearquay/domain/fold-file/fold-document.ts';
import { type Instant, parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import { CommandFailure, plain } from '../terminal.ts';

export interface FoldCommandOptions {
  /** ISO 8601 with an offset: the reader's time. */
  readonly at?: string;
  /** Party codes whose view is shown. */
  readonly view?: readonly string[];
}

function readerTime(at: string | undefined): Instant {
  if (at === undefined) return systemClock.now();
  const time = parseInstant(at);
  if (!time.ok) throw new CommandFailure(`--at: ${time.error.message}`, 2);
  return time.value;
}

/**
 * Folds a file of status events without a server and prints one JSON document. Lines that cannot be used are findings
 * of the document and counted on standard error; a file that cannot be read ends with status 2.
 */
export async function fold(file: string, options: FoldCommandOptions): Promise<void> {
  const now = readerTime(options.at);
  const reference = new URL('../../../seeds/reference/', import.meta.url);
  const [ports, lists] = await Promise.all([loadPorts(new URL('ports.csv', reference)), loadPublishedLists(reference)]);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${file} cannot be read (${error.code ?? error.message}).`, 2);
  });
  const document = foldDocument(text, { ports, lists, now, ...(options.view && { parties: options.view }) });
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  const lines = new Set(document.findings.map((f) => f.line)).size;
  if (lines > 0) process.stderr.write(`${lines} line(s) of ${plain(file)} cannot be used as they are; see findings.\n`);
}
