import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Authenticator } from '@clearquay/domain/ports/authenticator.ts';
import type { Metrics } from '@clearquay/domain/ports/metrics.ts';
import { closeCodes } from '@clearquay/domain/stream/frames.ts';
import { WebSocket } from 'ws';
import type { GatewayLimits } from '../limits.ts';
import type { Update } from '../tail/update.ts';
import { createFrameRate } from './frame-rate.ts';
import { createInterestIndex } from './interest-index.ts';
import { type Connection, encodeFrame, Session, type SessionDeps } from './session.ts';

/** All sessions of a gateway. */
export interface Sessions {
  /** Takes an upgraded connection of a caller who showed `token`. */
  accept(socket: WebSocket, stream: Duplex, token: string): void;
  /** Offers an update to every session that it may concern. */
  deliver(update: Update): void;
  /** Begins heartbeats and checkpoints. */
  start(): void;
  /** Ends every session with 1001 because it missed something: it comes back and begins where it stands. */
  dismiss(): void;
  /** Ends every session with a last checkpoint and 1001; resolves when all connections are closed or cut. */
  drain(): Promise<void>;
}

/** What sessions need; `Session` gets the rest. */
export interface SessionsDeps extends Omit<SessionDeps, 'interest' | 'starts'> {
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
}

interface Entry {
  readonly session: Session;
  readonly socket: WebSocket;
  readonly token: string;
  /** Anything was heard since the last heartbeat. */
  heard: boolean;
}

/** Builds the registry without sessions. */
export function createSessions(deps: SessionsDeps): Sessions {
  const { limits, metrics, authenticator, recent, cursors } = deps;
  const entries = new Set<Entry>();
  const interest = createInterestIndex<Session>();
  const offered = metrics.counter('clearquay_gateway_offers_total', 'Updates offered to sessions that they may concern');
  const open = metrics.gauge('clearquay_gateway_sessions', 'Open sessions of the live stream');
  const closed = metrics.counter('clearquay_gateway_sessions_closed_total', 'Sessions ended, by close code', ['code']);
  const starts = metrics.counter('clearquay_gateway_subscriptions_total', 'Subscriptions begun, by how', ['how']);
  const timers: NodeJS.Timeout[] = [];
  let draining = false;

  const heartbeat = () => {
    for (const entry of entries) {
      if (!authenticator.authenticate(entry.token)) entry.session.close(closeCodes.notAuthenticated, 'no longer authenticated');
      else if (!entry.heard) {
        entry.session.close(closeCodes.heartbeatMissed, 'heartbeat missed');
        entry.socket.terminate();
      } else {
        entry.heard = false;
        entry.socket.ping();
      }
    }
  };

  const checkpoint = () => {
    const cursor = cursors.encode(recent.positions());
    const frame = encodeFrame({ type: 'checkpoint', cursor });
    for (const { session } of entries) session.checkpoint(cursor, { frame });
  };

  const listen = (entry: Entry, stream: Duplex) => {
    const { session, socket } = entry;
    const allows = createFrameRate(limits.framesPerSecond);
    socket.on('message', (data, isBinary) => {
      entry.heard = true;
      if (!allows(performance.now())) session.close(closeCodes.tooMany, 'too many frames');
      else session.receive(isBinary ? '' : String(data));
    });
    socket.on('pong', () => {
      entry.heard = true;
    });
    // The reason reaches the peer as a close code; there is nothing else to do about a broken peer.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      session.ended();
      entries.delete(entry);
      open.set(entries.size);
      closed.add(1, { code: String(session.closedWith ?? knownCode(code)) });
    });
    stream.on('drain', () => session.drained());
  };

  return {
    accept(socket, stream, token) {
      const session = new Session(randomUUID(), connectionOf(socket, limits), { ...deps, interest, starts });
      const entry: Entry = { session, socket, token, heard: true };
      listen(entry, stream);
      entries.add(entry);
      open.set(entries.size);
      if (draining) session.close(closeCodes.goingAway, 'going away');
      else if (entries.size > limits.sessions) session.close(closeCodes.tooMany, 'too many sessions');
      else session.welcome();
    },
    deliver(update) {
      let count = 0;
      interest.each(update, (session) => {
        session.offer(update);
        count++;
      });
      offered.add(count);
    },
    start() {
      timers.push(setInterval(heartbeat, limits.heartbeatMs), setInterval(checkpoint, limits.checkpointMs));
    },
    dismiss() {
      for (const { session } of entries) session.close(closeCodes.goingAway, 'an update was missed');
    },
    async drain() {
      draining = true;
      for (const timer of timers) clearInterval(timer);
      const ends = [...entries].map(({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
      const cursor = cursors.encode(recent.positions());
      for (const { session } of entries) {
        session.checkpoint(cursor, { last: true });
        session.close(closeCodes.goingAway, 'going away');
      }
      await Promise.all(ends);
    },
  };
}

/** Codes that peers choose freely are one label value. */
const knownCode = (code: number): number | 'other' => (code === 1000 || code === 1001 || code === 1006 || code === 1009 ? code : 'other');

/** A WebSocket as sessions use it. Frames go out as text without compression. */
function connectionOf(socket: WebSocket, { closeGraceMs, drainGraceMs }: GatewayLimits): Connection {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (data) => socket.send(data, { binary: false, compress: false }),
    close(code, reason) {
      socket.close(code, reason);
      // A peer that does not read never answers the closing handshake. When all end at once, those that do take longer.
      const graceMs = code === closeCodes.goingAway ? drainGraceMs : closeGraceMs;
      const cut = setTimeout(() => socket.readyState !== WebSocket.CLOSED && socket.terminate(), graceMs);
      socket.once('close', () => clearTimeout(cut));
    },
  };
}
