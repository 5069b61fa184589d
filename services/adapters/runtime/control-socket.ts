import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger } from '@clearquay/domain/ports/logger.ts';

/*
 * How a command reaches the process that has a data directory open: a Unix socket in the directory, for its owner
 * alone. A name asks and ends, JSON answers and ends.
 */

type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly message: string };

/** What the owner of a data directory does when asked, by name. */
export type ControlHandlers = Readonly<Record<string, () => Promise<unknown>>>;

const socketOf = (dataDir: string): string => join(dataDir, 'control.sock');

/** Answers commands until it is closed. A directory that can hold no socket is told in the log and changes nothing else. */
export async function serveControl(dataDir: string, handlers: ControlHandlers, logger: Logger): Promise<{ close(): Promise<void> }> {
  const path = socketOf(dataDir);
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket.on('error', () => undefined).once('close', () => open.delete(socket)));
    text(socket).then(
      async (name) => socket.end(JSON.stringify(await answerOf(handlers[name], logger))),
      () => undefined,
    );
  });
  // What a killed owner left behind: the directory is locked, so nobody else listens here.
  await rm(path, { force: true });
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    await chmod(path, 0o600);
  } catch (err) {
    logger.warn({ err, path }, 'no socket can be opened here; commands that need one work only while this process is stopped');
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function answerOf(handler: ControlHandlers[string] | undefined, logger: Logger): Promise<Answer> {
  if (!handler) return { ok: false, message: 'the running process is of another version' };
  try {
    return { ok: true, result: await handler() };
  } catch (err) {
    logger.error({ err }, 'a command failed');
    return { ok: false, message: err instanceof Error ? err.message : String(err) };
  }
}

/** Asks the process that has the data directory open and waits for as long as it works. Rejects with a sentence for people. */
export async function askControl(dataDir: string, name: string): Promise<unknown> {
  const socket = connect({ path: socketOf(dataDir), allowHalfOpen: true });
  socket.end(name);
  const said = await text(socket);
  if (said === '') throw new Error('the running process ended before it was done');
  const answer = JSON.parse(said) as Answer;
  if (!answer.ok) throw new Error(answer.message);
  return answer.result;
}
