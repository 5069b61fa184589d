import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A request on its way to a broker, by its header. */
export interface BrokerRequest {
  /** Its `api_key`, one of `apiKeys` or another of the Kafka protocol. */
  readonly api: number;
  /** Who asks: `clearquay`, or one like `broker-2-fetcher-0` for the replicas on a broker. */
  readonly client: string;
}

export const apiKeys = { offsetCommit: 8 } as const;

/** What becomes of a request: `cut` breaks its connection; after `no-answer` it arrives, and nothing comes back on its connection any more. */
export type RequestFate = 'pass' | 'cut' | 'no-answer';

/** A proxy before one broker, for the listener that it advertises to clients and to other brokers; without TLS. */
export interface BrokerProxy {
  readonly port: number;
  /** Decides on every request before it goes on; a promise delays it and what follows on its connection. */
  onRequest: (request: BrokerRequest) => RequestFate | Promise<RequestFate>;
  close(): Promise<void>;
}

/** The request at the start of some bytes, with its size before it; nothing as long as it is not whole. */
function firstRequest(bytes: Buffer): { readonly whole: Buffer; readonly header: BrokerRequest } | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readInt32BE(0);
  if (bytes.length < end) return undefined;
  const clientEnd = 14 + Math.max(0, bytes.readInt16BE(12));
  return { whole: bytes.subarray(0, end), header: { api: bytes.readInt16BE(4), client: bytes.toString('latin1', 14, clientEnd) } };
}

/** Passes the requests of one connection on, one after the other. */
async function passOn(client: Socket, broker: Socket, decide: BrokerProxy['onRequest']): Promise<void> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of client as AsyncIterable<Buffer>) {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    for (let next = firstRequest(bytes); next; next = firstRequest(bytes)) {
      bytes = bytes.subarray(next.whole.length);
      const fate = await decide(next.header);
      if (fate === 'cut') return;
      if (fate === 'no-answer') broker.unpipe(client).resume();
      if (!broker.write(next.whole)) await once(broker, 'drain');
    }
  }
}

/** Starts a proxy on a free loopback port. */
export async function startBrokerProxy(target: { readonly port: number }): Promise<BrokerProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect(target.port, '127.0.0.1');
    const both = [client, broker];
    const end = (): void => both.forEach((socket) => void socket.destroy());
    for (const socket of both) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end).on('close', () => {
        open.delete(socket);
        end();
      });
    }
    broker.pipe(client);
    passOn(client, broker, (request) => proxy.onRequest(request)).then(end, end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: BrokerProxy = {
    port: (server.address() as AddressInfo).port,
    onRequest: () => 'pass',
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
