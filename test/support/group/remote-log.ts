import { connect } from 'node:net';
import type { EventLog, OwnedPartition, StoredRecord } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError, type EventLogErrorCode } from '@clearquay/domain/ports/event-log-error.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import type { LogRequest, ToBroker, ToClient } from './log-messages.ts';
import { type Wire, wireOver } from './wire.ts';

type Own = (owned: OwnedPartition) => Promise<void>;

/** An event log that `log-broker.ts` holds in another process. It does not reconnect: who loses the broker is done. */
export async function openRemoteLog(path: string): Promise<EventLog> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const wire: Wire<ToClient, ToBroker> = wireOver(socket);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const owners = new Map<number, Own>();
  const lost = new Map<number, AbortController>();
  const gone = (): EventLogError => new EventLogError('CQ_UNAVAILABLE', 'The broker is gone');
  let calls = 0;

  function begin(request: LogRequest): { readonly id: number; readonly answer: Promise<unknown> } {
    const id = ++calls;
    const answer = Promise.withResolvers<unknown>();
    if (socket.destroyed) answer.reject(gone());
    else {
      waiting.set(id, answer);
      wire.send({ id, ...request });
    }
    return { id, answer: answer.promise };
  }
  const call = async <T>(request: LogRequest): Promise<T> => (await begin(request).answer) as T;

  async function own({ join, owned, partition, generation }: Extract<ToClient, { op: 'own' }>): Promise<void> {
    const losing = new AbortController();
    lost.set(owned, losing);
    const held: OwnedPartition = {
      partition,
      generation,
      lost: losing.signal,
      poll: async (bounds) => (losing.signal.aborted ? [] : call<StoredRecord[]>({ op: 'poll', owned, bounds })),
      commit: (next) => call({ op: 'commit', owned, next }),
    };
    await owners
      .get(join)?.(held)
      .catch(() => undefined);
    lost.delete(owned);
    wire.send({ op: 'returned', owned });
  }

  function refuse({ id, kind, code, message }: Extract<ToClient, { op: 'failure' }>): void {
    const error =
      kind === 'lost'
        ? new PartitionLostError('', -1, 0)
        : kind === 'log'
          ? new EventLogError(code as EventLogErrorCode, message)
          : new Error(message);
    waiting.get(id)?.reject(error);
  }

  wire.onMessage((message) => {
    if (message.op === 'ping') wire.send({ op: 'pong' });
    else if (message.op === 'own') void own(message);
    else if (message.op === 'lost') lost.get(message.owned)?.abort();
    else {
      if (message.op === 'answer') waiting.get(message.id)?.resolve(message.value);
      else refuse(message);
      waiting.delete(message.id);
    }
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(gone());
    for (const losing of lost.values()) losing.abort();
  });

  return {
    ensureTopics: async () => {},
    append: (records) => call({ op: 'append', records }),
    read: (topic, partition, offset, bounds) => call({ op: 'read', topic, partition, offset, bounds }),
    bounds: (topic) => call({ op: 'bounds', topic }),
    async join(group, topics, own) {
      const { id, answer } = begin({ op: 'join', group, topics });
      owners.set(id, own);
      await answer;
      return { leave: () => call({ op: 'leave', member: id }) };
    },
    async close() {
      socket.destroy();
    },
  };
}
