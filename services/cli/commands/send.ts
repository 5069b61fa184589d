import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RequestRefused } from '@clearquay/sdk/request-refused.ts';
import { createRestClient, type EventOutcome, type RestClient } from '@clearquay/sdk/rest.ts';
import cliProgress from 'cli-progress';
import { type AccessOptions, serverAccess } from '../server-access.ts';
import { CommandFailure, painter, plain } from '../terminal.ts';

export interface SendOptions extends AccessOptions {
  readonly format?: string;
  readonly partner?: string;
  readonly dryRun?: boolean;
}

/** What became of one file: one outcome per item, and what was noticed about it. */
interface Report {
  readonly outcomes: readonly EventOutcome[];
  readonly findings: readonly object[];
  readonly note?: string;
}

const batchSize = 500;

/** The status events of a file: JSON lines, a JSON array, or `{events: […]}`; nothing when it is a message. */
function eventsOf(text: string): object[] | undefined {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as object[];
    if (typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events)) return value.events as object[];
    return typeof value === 'object' && value !== null && 'code' in value ? [value] : undefined;
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.length > 1 ? lines.map((line) => JSON.parse(line) as object) : undefined;
  }
}

async function sendEvents(events: readonly object[], rest: RestClient, dryRun: boolean, step: (done: number) => void): Promise<Report> {
  const outcomes: EventOutcome[] = [];
  for (let from = 0; from < events.length; from += batchSize) {
    const batch = events.slice(from, from + batchSize);
    outcomes.push(...(await rest.sendEvents(batch, { dryRun })).outcomes);
    step(batch.length / events.length);
  }
  return { outcomes, findings: [] };
}

async function sendFile(file: string, rest: RestClient, options: SendOptions, step: (done: number) => void): Promise<Report> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(`${file} cannot be read (${error.code ?? error.message}).`, 2);
  });
  const events = options.format ? undefined : eventsOf(bytes.toString('utf8'));
  if (events) return sendEvents(events, rest, options.dryRun === true, step);
  const { format, partner } = options;
  const receipt = await rest.sendMessage(bytes, { ...(format && { format }), ...(partner && { partner }) });
  step(1);
  return { outcomes: receipt.events, findings: receipt.findings, note: `kept as ${receipt.rawId}` };
}

/** Findings of one kind in one line, with how many there are and where the first one is. */
function findingLines(findings: readonly object[], paint: ReturnType<typeof painter>): string[] {
  const kinds = new Map<string, { n: number; offset: number | undefined }>();
  for (const finding of findings) {
    const { code = '', message = '', offset } = finding as { code?: string; message?: string; offset?: number };
    const kind = `${plain(code)}  ${plain(message)}`;
    const known = kinds.get(kind);
    if (known) known.n++;
    else kinds.set(kind, { n: 1, offset });
  }
  return [...kinds].map(([kind, { n, offset }]) => {
    const where = offset === undefined ? '' : paint('dim', `  ${n > 1 ? 'first at ' : 'at '}byte ${offset}`);
    return `  ${paint('yellow', '!')} ${kind}${n > 1 ? ` (${n} times)` : ''}${where}`;
  });
}

/** One line per item, worst first in colour; says at the end how many were taken. */
function show(file: string, report: Report): number {
  const paint = painter(process.stdout);
  const out = (line: string): boolean => process.stdout.write(`${line}\n`);
  const refused = report.outcomes.filter((o) => o.status === 'rejected');
  const note = report.note ? `  ${paint('dim', report.note)}` : '';
  out(`${paint('bold', plain(basename(file)))}  ${report.outcomes.length - refused.length} accepted, ${refused.length} refused${note}`);
  for (const [index, outcome] of report.outcomes.entries()) {
    if (outcome.status === 'accepted')
      out(
        `  ${paint('green', '✓')} ${plain(outcome.subject)}  ${paint('dim', plain(outcome.id))}${outcome.quarantined ? paint('yellow', '  quarantined') : ''}`,
      );
    else
      out(
        `  ${paint('red', '✗')} item ${index}${outcome.subject ? ` ${plain(outcome.subject)}` : ''}  ${outcome.code} ${plain(outcome.pointer)}  ${plain(outcome.message)}`,
      );
  }
  for (const line of findingLines(report.findings, paint)) out(line);
  return refused.length;
}

/** Sends files through intake, with a bar on standard error; fails when anything was refused. */
export async function send(files: readonly string[], options: SendOptions): Promise<void> {
  const rest = createRestClient(await serverAccess(options, process.env));
  const bar = new cliProgress.SingleBar(
    { format: 'sending {bar} {percentage}% | {value}/{total} files | {duration_formatted}', stream: process.stderr, hideCursor: true },
    cliProgress.Presets.rect,
  );
  bar.start(files.length, 0);
  let refused = 0;
  const reports: (() => number)[] = [];
  try {
    for (const file of files) {
      try {
        const report = await sendFile(file, rest, options, (done) => bar.increment(done));
        reports.push(() => show(file, report));
      } catch (error) {
        reports.push(() => failed(file, error));
      }
    }
  } finally {
    bar.stop();
  }
  for (const report of reports) refused += report();
  if (refused > 0) throw new CommandFailure(`${refused} refused; each is kept with its reason.`);
}

/** Tells why a whole file was not taken; what cannot be told so is a bug and passes on. */
function failed(file: string, error: unknown): number {
  if (error instanceof CommandFailure) throw error;
  const why =
    error instanceof RequestRefused
      ? `${error.code ?? error.status}  ${error.message}`
      : error instanceof SyntaxError
        ? `not valid JSON: ${error.message}`
        : error instanceof TypeError
          ? 'the server does not answer: is it running, and at this address?'
          : undefined;
  if (why === undefined) throw error;
  process.stdout.write(`${plain(basename(file))}  ${painter(process.stdout)('red', 'refused')}  ${plain(why)}\n`);
  return 1;
}
