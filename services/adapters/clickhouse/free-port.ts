import { createServer } from 'node:net';

/** Resolves with a loopback TCP port that can be listened on: the one asked for, or any free one for 0. Rejects with EADDRINUSE. */
export function claimPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no address'))));
    });
  });
}
