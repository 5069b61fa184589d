import { type ClientFrame, closeCodes, type ServerFrame } from '@clearquay/domain/stream/frames.ts';
import { WebSocket } from 'ws';
import { type BackoffBounds, backoffMs } from './backoff.ts';
import type { Change, SeenVisit } from './change.ts';
import { ChangeStream } from './change-stream.ts';
import { LiveState, type SubscriptionSpec } from './live-state.ts';

/** Something that went wrong: a close, a refused subscription, a server that cannot be reached. */
export interface StreamProblem {
  /** A `CQ_` code, `CLOSED` with the close code in the message, or `UNREACHABLE`. */
  readonly code: string;
  readonly message: string;
  readonly subscription?: string;
}

/** `connecting` until the welcome frame, `closed` for good. */
export type ConnectionState = 'connecting' | 'open' | 'closed';

/** How to connect. Callbacks run in order of arrival and must not throw. */
export interface ConnectOptions {
  /** Of the gateway, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly key: string;
  readonly subscriptions: readonly SubscriptionSpec[];
  readonly onChange?: (change: Change) => void;
  readonly onState?: (state: ConnectionState) => void;
  /** The cursor could not be resumed: a fresh snapshot follows. */
  readonly onGap?: (subscription: string, reason: string) => void;
  readonly onProblem?: (problem: StreamProblem) => void;
  /** Waits between attempts to connect. Default 250 ms to 10 s. */
  readonly backoff?: BackoffBounds;
}

/** A live copy of the subscribed visits. */
export interface LiveClient {
  readonly state: ConnectionState;
  /** The visits of a subscription by id, kept up to date in place; empty for an unknown subscription. */
  visits(subscription: string): ReadonlyMap<string, SeenVisit>;
  /** Follows one more filter, in this connection and all further ones. Throws when its id is in use. */
  subscribe(spec: SubscriptionSpec): void;
  /** Forgets a subscription and its visits; its id is free once the server confirmed it or the connection ended. */
  unsubscribe(id: string): Promise<void>;
  /** Changes from now on; ends when the client is closed. */
  changes(): AsyncIterableIterator<Change>;
  /** Resolves once every subscription has its whole state; rejects when the client is closed before. */
  synced(): Promise<void>;
  /** Closes for good; resolves once the connection is gone. */
  close(): Promise<void>;
}

const defaultBackoff: BackoffBounds = { minMs: 250, maxMs: 10_000 };
/** Without a frame or a ping in so many heartbeats the connection is taken for dead. */
const missedHeartbeats = 2.5;

/** Connects, and reconnects with the last cursor whenever the connection breaks, until `close` or a refused key. */
export function connect(options: ConnectOptions): LiveClient {
  const live = new LiveState(options.subscriptions);
  const streams = new Set<ChangeStream>();
  const synced = new Set<PromiseWithResolvers<void>>();
  /** Ids that the server may still have. */
  const leaving = new Map<string, PromiseWithResolvers<void>>();
  let state: ConnectionState = 'connecting';
  let socket: WebSocket | undefined;
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;

  const become = (next: ConnectionState) => {
    if (state === next || state === 'closed') return;
    state = next;
    options.onState?.(next);
  };

  const shut = (reason: string) => {
    clearTimeout(retry);
    become('closed');
    for (const stream of streams) stream.end();
    for (const { reject } of synced) reject(new Error(reason));
    left();
  };

  const left = (ids: Iterable<string> = leaving.keys()) => {
    for (const id of ids) {
      leaving.get(id)?.resolve();
      leaving.delete(id);
    }
  };

  const publish = (changes: readonly Change[]) => {
    for (const change of changes) {
      options.onChange?.(change);
      for (const stream of streams) stream.push(change);
    }
    if (!live.synced) return;
    for (const { resolve } of synced) resolve();
    synced.clear();
  };

  const open = () => {
    socket = openSocket(options, live, {
      welcome: () => become('open'),
      apply(frame) {
        // A server that greets and then breaks off is not tried again at once.
        if (frame.type === 'checkpoint') attempt = 0;
        if (frame.type === 'unsubscribed') left([frame.id]);
        publish(live.apply(frame));
      },
      isWanted: () => state !== 'closed',
      gone(refused) {
        if (state === 'closed') return;
        if (refused) {
          shut('The key is not accepted.');
          return;
        }
        become('connecting');
        left();
        retry = setTimeout(open, backoffMs(attempt++, options.backoff ?? defaultBackoff));
      },
    });
  };
  open();

  return {
    get state() {
      return state;
    },
    visits: (id) => live.visits(id),
    subscribe(spec) {
      if (leaving.has(spec.id)) throw new Error(`The server has not confirmed yet that ${spec.id} is unsubscribed.`);
      live.add(spec);
      if (socket && state === 'open') send(socket, live.subscribe(spec.id));
    },
    async unsubscribe(id) {
      live.remove(id);
      if (!socket || state !== 'open') return;
      const confirmed = leaving.get(id) ?? Promise.withResolvers<void>();
      leaving.set(id, confirmed);
      send(socket, [{ type: 'unsubscribe', id }]);
      await confirmed.promise;
    },
    changes() {
      const stream = new ChangeStream(() => streams.delete(stream));
      streams.add(stream);
      if (state === 'closed') stream.end();
      return stream;
    },
    async synced() {
      if (state === 'closed') throw new Error('The client was closed.');
      if (live.synced) return;
      const waiting = Promise.withResolvers<void>();
      synced.add(waiting);
      await waiting.promise;
    },
    async close() {
      shut('The client was closed.');
      await closed(socket);
    },
  };
}

const send = (socket: WebSocket, frames: readonly ClientFrame[]): void => {
  for (const frame of frames) socket.send(JSON.stringify(frame));
};

interface SocketEvents {
  /** The subscriptions were sent. */
  welcome(): void;
  apply(frame: ServerFrame): void;
  /** False once the client itself was closed: an end is then no problem. */
  isWanted(): boolean;
  /** The connection ended or never began; `refused` when the key is not accepted. */
  gone(refused: boolean): void;
}

/** One connection: subscribes after the welcome, reports problems, and watches that the server is alive. */
function openSocket(
  { url, key, onProblem, onGap, backoff = defaultBackoff }: ConnectOptions,
  live: LiveState,
  on: SocketEvents,
): WebSocket {
  const address = new URL('/v1/stream', url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${key}` }, perMessageDeflate: false });
  let status: number | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  const heard = () => watchdog?.refresh();

  const receive = (frame: ServerFrame) => {
    if (frame.type === 'welcome') {
      watchdog = setTimeout(() => socket.terminate(), frame.heartbeatMs * missedHeartbeats);
      send(socket, live.begin());
      on.welcome();
    } else if (frame.type === 'error') {
      const { id, code, message } = frame;
      onProblem?.({ code, message, ...(id !== undefined && { subscription: id }) });
      if (id !== undefined) live.drop(id);
      if (id !== undefined && code === 'CQ_UNAVAILABLE')
        setTimeout(() => socket.readyState === WebSocket.OPEN && send(socket, live.subscribe(id)), backoff.maxMs / 2);
    } else if (frame.type === 'gap') onGap?.(frame.id, frame.reason);
    on.apply(frame);
  };

  socket.on('message', (data) => {
    heard();
    receive(JSON.parse(String(data)) as ServerFrame);
  });
  socket.on('ping', heard);
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode;
    socket.terminate();
  });
  socket.on('error', (error) => {
    onProblem?.({ code: 'UNREACHABLE', message: status === undefined ? error.message : `The server answered ${status}.` });
  });
  socket.on('close', (code) => {
    clearTimeout(watchdog);
    if (watchdog && on.isWanted()) onProblem?.({ code: 'CLOSED', message: `The connection closed with ${code}.` });
    on.gone(status === 401 || status === 403 || code === closeCodes.notAuthenticated);
  });
  return socket;
}

async function closed(socket: WebSocket | undefined): Promise<void> {
  if (!socket || socket.readyState === WebSocket.CLOSED) return;
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.terminate();
  await gone;
}
