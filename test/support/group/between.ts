import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an insert that passes: `drop-answer` lets it be applied and breaks the connection. */
export type Fate = 'pass' | 'drop-request' | 'drop-answer';

/** A proxy between the services and ClickHouse that sees which table an insert is for. */
export interface Between {
  readonly url: string;
  /** Decides on every insert, before it goes on. */
  onInsert: (table: string) => Fate | Promise<Fate>;
  /** Called when an insert was applied, before its answer goes back. */
  onApplied: (table: string) => void | Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy before a server. */
export async function standBetween(target: string): Promise<Between> {
  const { hostname, port } = new URL(target);
  const server: Server = createServer((incoming, outgoing) => {
    const table = /INSERT INTO (\w+)/.exec(decodeURIComponent(incoming.url ?? '').replaceAll('+', ' '))?.[1];
    const forward = (fate: Fate): void => {
      if (fate === 'drop-request') return void incoming.socket.destroy();
      const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
        const go = (): void => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        };
        if (fate === 'drop-answer') incoming.socket.destroy();
        else if (table === undefined || answer.statusCode !== 200) go();
        else void Promise.resolve(between.onApplied(table)).then(go);
      });
      onward.on('error', () => incoming.socket.destroy());
      incoming.pipe(onward);
    };
    if (table === undefined) forward('pass');
    else void Promise.resolve(between.onInsert(table)).then(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const between: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onInsert: () => 'pass',
    onApplied: () => {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return between;
}
