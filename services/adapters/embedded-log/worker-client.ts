import { Worker } from 'node:worker_threads';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { Answer, Call, Operation, ReplyOf, RequestOf } from './operations.ts';

/** The other end of the worker thread. */
export interface WorkerClient {
  /** Rejects with an `EventLogError`, also when the thread ended. Buffers in `moved` belong to the worker afterwards. */
  call<O extends Operation>(operation: O, request: RequestOf<O>, moved?: ArrayBuffer[]): Promise<ReplyOf<O>>;
  /** Closes the database and resolves when the thread has ended. */
  close(): Promise<void>;
}

interface Waiting {
  // One map holds the calls of all operations; `call` is what ties a reply to its request.
  resolve(reply: ReplyOf<Operation>): void;
  reject(error: EventLogError): void;
}

export function startWorker(): WorkerClient {
  // Without the flags of the main program: some of them (such as `--input-type`) would keep the worker from starting.
  const worker = new Worker(new URL('./log-worker.ts', import.meta.url), { name: 'event-log', execArgv: [] });
  const waiting = new Map<number, Waiting>();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let calls = 0;
  let end: EventLogError | undefined;
  const endWith = (error: EventLogError): void => {
    end ??= error;
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) call?.resolve(answer.reply);
    else call?.reject(new EventLogError(answer.code, answer.message));
  });
  worker.on('error', (cause) => endWith(new EventLogError('CQ_UNAVAILABLE', 'The thread of the event log ended', { cause })));
  worker.on('exit', () => endWith(new EventLogError('CQ_UNAVAILABLE', 'The event log is closed')));

  function call<O extends Operation>(operation: O, request: RequestOf<O>, moved: ArrayBuffer[] = []): Promise<ReplyOf<O>> {
    if (end) return Promise.reject(end);
    const id = ++calls;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: (reply) => resolve(reply as ReplyOf<O>), reject });
      const message: Call = { id, operation, request };
      worker.postMessage(message, moved);
    });
  }

  return {
    call,
    async close() {
      if (!end) await call('close', null);
      await ended;
    },
  };
}
