import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opens the live stream by hand, subscribes and reads no further, as a sleeping tab on a phone does; what comes waits in the socket. */
export async function openStalledClient({ url, key }: { readonly url: string; readonly key: string }, filter: object): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // The server resets it in the end; that is the point.
  socket.on('error', () => {});
  socket.write(
    `GET /v1/stream HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nAuthorization: Bearer ${key}\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.pause();
  const text = Buffer.from(JSON.stringify({ type: 'subscribe', id: 'z', filter }));
  if (text.length > 125) throw new RangeError('The filter does not fit a frame of the shortest kind.');
  // A text frame of one piece, masked with zeros.
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  return socket;
}
