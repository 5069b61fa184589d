/** Waits between attempts to connect, in milliseconds, the last one for all further ones. */
const waits = [250, 500, 1_000, 2_000, 5_000, 10_000];

/**
 * Follows a filter over the live stream and reconnects with the last cursor. Calls `onState` with connecting, loading
 * or live, `onSnapshot` with all visits, `onDelta` with a visit, `onRemoved` with an id, `onRefused` when the key is wrong.
 */
export function followStream(key, filter, handlers) {
  let cursor;
  let attempt = 0;
  let timer;
  let socket;
  let ended = false;

  const retry = async () => {
    if (ended) return;
    handlers.onState('connecting');
    // A browser does not tell why a handshake failed: ask over HTTP whether it is the key.
    if (attempt > 0 && (await keyRefused(key))) {
      handlers.onRefused();
      return;
    }
    const wait = waits[Math.min(attempt++, waits.length - 1)];
    if (!ended) timer = setTimeout(open, wait / 2 + (Math.random() * wait) / 2);
  };

  const open = () => {
    const address = new URL('/v1/stream', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    try {
      socket = new WebSocket(address, ['clearquay.v1', `bearer.${key}`]);
    } catch {
      // The key has characters that no key has.
      handlers.onRefused();
      return;
    }
    const receive = createReceiver(socket, handlers, {
      welcome: () => {
        attempt = 0;
        handlers.onState('loading');
        socket.send(JSON.stringify({ type: 'subscribe', id: 'page', filter, ...(cursor && { cursor }) }));
      },
      cursor: (next) => {
        cursor = next;
      },
      failed: () => socket.close(),
    });
    const watch = watchSilence(socket);
    socket.addEventListener('message', ({ data }) => {
      watch.heard();
      receive(JSON.parse(data));
    });
    socket.addEventListener('close', () => {
      watch.stop();
      retry();
    });
  };

  handlers.onState('connecting');
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/** Turns the frames of one connection into calls of the handlers. */
function createReceiver(socket, handlers, on) {
  let staged = [];
  return (frame) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (frame.type === 'welcome') on.welcome();
    else if (frame.type === 'snapshot') {
      // Until the last chunk the state is not whole, so it cannot be resumed.
      on.cursor(frame.cursor);
      staged.push(...frame.visits);
      if (!frame.last) return;
      handlers.onSnapshot(staged);
      staged = [];
      handlers.onState('live');
    } else if (frame.type === 'delta') handlers.onDelta(frame.visit);
    else if (frame.type === 'removed') handlers.onRemoved(frame.visit);
    else if (frame.type === 'checkpoint') {
      on.cursor(frame.cursor);
      handlers.onState('live');
    } else if (frame.type === 'gap') on.cursor(undefined);
    else if (frame.type === 'error') on.failed();
  };
}

/** Asks a silent server for a sign of life and closes the connection when none comes. */
function watchSilence(socket) {
  let silentTicks = 0;
  const timer = setInterval(() => {
    silentTicks++;
    if (silentTicks > 2) socket.close();
    else if (silentTicks > 1 && socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}');
  }, 15_000);
  return {
    heard: () => {
      silentTicks = 0;
    },
    stop: () => clearInterval(timer),
  };
}

async function keyRefused(key) {
  try {
    const response = await fetch('/v1/visits?limit=1', { headers: { authorization: `Bearer ${key}` } });
    return response.status === 401;
  } catch {
    return false;
  }
}
