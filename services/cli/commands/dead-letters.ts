import { RequestRefused } from '@clearquay/sdk/request-refused.ts';
import { createRestClient, type DeadLetter, type DeadLetterQuery, type RestClient } from '@clearquay/sdk/rest.ts';
import { type AccessOptions, serverAccess } from '../server-access.ts';
import { CommandFailure, painter, plain } from '../terminal.ts';

export interface ListOptions extends AccessOptions, Pick<DeadLetterQuery, 'code' | 'port' | 'source' | 'state'> {
  readonly limit: string;
}

const out = (line: string): boolean => process.stdout.write(`${line}\n`);
const client = async (options: AccessOptions): Promise<RestClient> => createRestClient(await serverAccess(options, process.env));

/** Turns what a server refuses, or one that does not answer, into a sentence. */
async function asking<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof RequestRefused) throw new CommandFailure(`${error.code ?? error.status}  ${plain(error.message)}`);
    if (error instanceof TypeError) throw new CommandFailure('The server does not answer: is it running, and at this address?');
    throw error;
  });
}

function line(letter: DeadLetter, paint: ReturnType<typeof painter>): string {
  const mark = letter.state === 'replayed' ? paint('green', '✓') : paint('red', '✗');
  const about = letter.source === undefined ? '' : `  ${plain(`${letter.source}/${letter.eventId ?? ''}`)}`;
  return `${mark} ${plain(letter.id)}  ${letter.refusedAt}  ${plain(letter.code)}${about}  ${paint('dim', plain(letter.message))}`;
}

/** One line per dead letter, newest first. */
export async function list({ code, port, source, state, limit, ...access }: ListOptions): Promise<void> {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1) throw new CommandFailure('--limit: send a whole number from 1.', 2);
  const rest = await client(access);
  const paint = painter(process.stdout);
  const filter = { ...(code && { code }), ...(port && { port }), ...(source && { source }), ...(state && { state }) };
  let cursor: string | undefined;
  let left = most;
  do {
    const page = await asking(rest.getDeadLetters({ ...filter, limit: Math.min(left, 500), ...(cursor && { cursor }) }));
    for (const letter of page.deadLetters) out(line(letter, paint));
    left -= page.deadLetters.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

/** One dead letter as JSON, or its bytes alone. */
export async function show(id: string, options: AccessOptions & { readonly raw?: boolean }): Promise<void> {
  const letter = await asking((await client(options)).getDeadLetter(id));
  if (options.raw) process.stdout.write(Buffer.from(letter.body, 'base64'));
  else out(JSON.stringify(letter, undefined, 2));
}

/** Sends dead letters once more, one after the other; fails when one is still refused. */
export async function replay(ids: readonly string[], options: AccessOptions): Promise<void> {
  const rest = await client(options);
  const paint = painter(process.stdout);
  let refused = 0;
  for (const id of ids) {
    const { outcome, code, message } = await asking(rest.replayDeadLetter(id));
    if (outcome === 'refused') refused++;
    const mark = outcome === 'accepted' ? paint('green', '✓') : paint('red', '✗');
    out(`${mark} ${plain(id)}  ${outcome}${code === undefined ? '' : `  ${plain(code)}  ${plain(message ?? '')}`}`);
  }
  if (refused > 0) throw new CommandFailure(`${refused} still refused; each is kept with its new reason.`);
}
