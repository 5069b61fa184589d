import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import type { OwnedPartition } from '@clearquay/domain/ports/event-log.ts';
import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import { PartitionLostError } from '@clearquay/domain/ports/partition-lost-error.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import type { LogRequest, ToBroker, ToClient } from './log-messages.ts';
import { type Wire, wireOver } from './wire.ts';

/*
 * The embedded log in a process of its own, for several others that are killed or stopped one by one. A member that does
 * not answer for the session time is passed over, as a broker does it.
 * Arguments: the directory, the path of the socket, the session time in milliseconds.
 */

const [directory = '', path = '', session = '30000'] = process.argv.slice(2);
const sessionMs = Number(session);
const log = await openEmbeddedLog({ directory, groupSessionMs: Math.min(sessionMs, 500) });
await log.ensureTopics(Object.values(topics));
/** SIGUSR2 holds all commits, and lets them through again. */
let isHolding = false;
process.on('SIGUSR2', () => {
  isHolding = !isHolding;
});

function serve(socket: Socket): void {
  const wire: Wire<ToBroker, ToClient> = wireOver(socket);
  const partitions = new Map<number, { readonly owned: OwnedPartition; readonly returned: () => void }>();
  const members = new Map<number, { leave(): Promise<void> }>();
  let handedOut = 0;
  let heard = performance.now();

  const partition = (owned: number): OwnedPartition => {
    const found = partitions.get(owned);
    if (!found) throw new PartitionLostError('', -1, 0);
    return found.owned;
  };
  const handOut = (join: number, owned: OwnedPartition): Promise<void> =>
    new Promise((resolve) => {
      const number = ++handedOut;
      const returned = (): void => {
        partitions.delete(number);
        resolve();
      };
      partitions.set(number, { owned, returned });
      owned.lost.addEventListener('abort', () => wire.send({ op: 'lost', owned: number }));
      wire.send({ op: 'own', join, owned: number, partition: owned.partition, generation: owned.generation });
      if (socket.destroyed) returned();
    });

  async function answer(id: number, request: LogRequest): Promise<unknown> {
    switch (request.op) {
      case 'append':
        return log.append(request.records);
      case 'read':
        return log.read(request.topic, request.partition, request.offset, request.bounds);
      case 'bounds':
        return log.bounds(request.topic);
      case 'join':
        members.set(id, await log.join(request.group, request.topics, (owned) => handOut(id, owned)));
        return id;
      case 'leave':
        await members.get(request.member)?.leave();
        return members.delete(request.member);
      case 'poll':
        return partition(request.owned).poll(request.bounds);
      case 'commit':
        if (isHolding) process.stdout.write('held\n');
        while (isHolding) await sleep(10);
        return partition(request.owned).commit(request.next);
    }
  }

  /** Everything of this member goes to the others; what it still asks for is refused. */
  function passOver(): void {
    clearInterval(watch);
    for (const { leave } of members.values()) leave().catch(() => undefined);
    members.clear();
  }

  const watch = setInterval(() => {
    if (performance.now() - heard > sessionMs) passOver();
    else wire.send({ op: 'ping' });
  }, sessionMs / 5);
  socket.on('close', () => {
    for (const { returned } of [...partitions.values()]) returned();
    passOver();
  });
  wire.onMessage((message) => {
    heard = performance.now();
    if (message.op === 'pong') return;
    if (message.op === 'returned') return partitions.get(message.owned)?.returned();
    const { id } = message;
    answer(id, message).then(
      (value) => wire.send({ op: 'answer', id, value }),
      (error: unknown) => {
        const kind = error instanceof PartitionLostError ? 'lost' : error instanceof EventLogError ? 'log' : 'other';
        const code = error instanceof EventLogError ? error.code : '';
        wire.send({ op: 'failure', id, kind, code, message: error instanceof Error ? error.message : String(error) });
      },
    );
  });
}

createServer(serve).listen(path, () => process.stdout.write('ready\n'));
