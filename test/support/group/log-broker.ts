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
  const memberships = new Map<number, { readonly join: () => Promise<{ leave(): Promise<void> }>; member?: { leave(): Promise<void> } }>();
  let isPassedOver = false;
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
      case 'join': {
        const join = () => log.join(request.group, request.topics, (owned) => handOut(id, owned));
        memberships.set(id, { join, member: await join() });
        return id;
      }
      case 'leave':
        await memberships.get(request.member)?.member?.leave();
        return memberships.delete(request.member);
      case 'poll':
        return partition(request.owned).poll(request.bounds);
      case 'commit':
        if (isHolding && request.next.size > 0) process.stdout.write('held\n');
        while (isHolding && request.next.size > 0) await sleep(10);
        return partition(request.owned).commit(request.next);
    }
  }

  /** One change of the memberships after the other. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (change: () => Promise<void>): void => {
    turn = turn.then(change).catch((error: unknown) => void process.stderr.write(`${error}\n`));
  };

  /** Everything of this member goes to the others; what it still asks for is refused. */
  function passOver(): void {
    isPassedOver = true;
    inTurn(async () => {
      for (const membership of memberships.values()) {
        await membership.member?.leave().catch(() => undefined);
        delete membership.member;
      }
    });
  }

  /** One that is heard of again joins anew, as clients of a broker do. */
  function takeBack(): void {
    isPassedOver = false;
    inTurn(async () => {
      for (const membership of memberships.values()) membership.member ??= await membership.join();
    });
  }

  const watch = setInterval(() => {
    wire.send({ op: 'ping' });
    if (!isPassedOver && performance.now() - heard > sessionMs) passOver();
  }, sessionMs / 5);
  socket.on('close', () => {
    for (const { returned } of [...partitions.values()]) returned();
    clearInterval(watch);
    passOver();
  });
  wire.onMessage((message) => {
    heard = performance.now();
    if (isPassedOver) takeBack();
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
