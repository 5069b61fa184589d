import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

/** Messages over a local socket, each with its length before it: what v8 can clone goes through as it is. */
export interface Wire<In, Out> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

/** Speaks messages over a socket; a socket that broke swallows what is sent. */
export function wireOver<In, Out>(socket: Socket): Wire<In, Out> {
  let received: Buffer = Buffer.alloc(0);
  let listener: (message: In) => void = () => {};
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    while (received.length >= 4) {
      const end = 4 + received.readUInt32BE(0);
      if (received.length < end) return;
      const message = deserialize(received.subarray(4, end)) as In;
      received = received.subarray(end);
      listener(message);
    }
  });
  return {
    send(message) {
      const body = serialize(message);
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      if (socket.writable) socket.write(Buffer.concat([head, body]));
    },
    onMessage(next) {
      listener = next;
    },
  };
}
