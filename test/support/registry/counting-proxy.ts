import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in front of another that counts what passes. */
export interface CountingProxy {
  /** The same path as the target's, on this proxy. */
  readonly url: string;
  /** Requests whose path contains a text. */
  count(text: string): number;
  close(): Promise<void>;
}

/** Passes every request on to the target and counts it first; a target that does not answer closes the connection. */
export async function countRequests(target: string): Promise<CountingProxy> {
  const { origin, pathname } = new URL(target);
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    paths.push(request.url ?? '');
    const chunks = await Array.fromAsync<Buffer>(request);
    const { method = 'GET', url = '' } = request;
    const answer = await fetch(new URL(url, origin), {
      method,
      headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    }).catch(() => undefined);
    if (!answer) return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    count: (text) => paths.filter((path) => path.includes(text)).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
