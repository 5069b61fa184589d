import { parentPort } from 'node:worker_threads';
import { asEventLogError } from './failure.ts';
import { openLogStore } from './log-store.ts';
import type { Answer, Call, Operation, ReplyOf } from './operations.ts';

/* The thread that holds the database: SQLite's calls block, and one thread is one writer. */

if (!parentPort) throw new Error('log-worker.ts runs as a worker thread');
const port = parentPort;
const store = openLogStore();

/** Large replies are moved, not copied. */
function movable(reply: ReplyOf<Operation>): ArrayBuffer[] {
  if (reply === null || typeof reply !== 'object') return [];
  if ('frames' in reply) return [reply.frames.buffer];
  return 'offsets' in reply ? [reply.offsets] : [];
}

port.on('message', (call: Call) => {
  let answer: Answer;
  try {
    answer = { id: call.id, ok: true, reply: store.run(call.operation, call.request) };
  } catch (error) {
    const { code, message } = asEventLogError(error);
    answer = { id: call.id, ok: false, code, message };
  }
  port.postMessage(answer, answer.ok ? movable(answer.reply) : []);
  if (call.operation === 'close') port.close();
});
