import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what Linux (32768) and macOS (49152) hand to whoever names no port, so that it is still free for a restart. */
const kept = { from: 15_000, below: 32_768 } as const;
const tries = 50;

/** Resolves with a loopback TCP port that can be listened on: the one asked for, or for 0 a free one that the system gives to nobody else. Rejects with EADDRINUSE. */
export async function claimPort(port: number): Promise<number> {
  if (port !== 0) return await probe(port);
  for (let left = tries; ; left--) {
    try {
      return await probe(randomInt(kept.from, kept.below));
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(port)));
  });
}
