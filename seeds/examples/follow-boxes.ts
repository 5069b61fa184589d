/*
 * Prints every change of some boxes as it happens, and goes on after a broken connection where it was.
 *
 *   KEY=… node seeds/examples/follow-boxes.ts http://127.0.0.1:8080 LNPU1000018 …
 */
const [url = 'http://127.0.0.1:8080', ...containers] = process.argv.slice(2);
let cursor: string | undefined;

function follow(): void {
  const socket = new WebSocket(new URL('/v1/stream', url.replace(/^http/, 'ws')), [`bearer.${process.env['KEY']}`]);
  socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', id: 'mine', filter: { containers }, cursor }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.cursor && !cursor) console.error('following');
    cursor = frame.cursor ?? cursor;
    for (const { container, status } of frame.visits ?? []) console.log(container, status);
    if (frame.type === 'delta')
      console.log(frame.visit.container, frame.visit.status, ...frame.events.map(({ code }: { code: string }) => code));
    if (frame.type === 'removed') console.log(frame.visit, 'removed', frame.reason);
    if (frame.type === 'error') console.error(frame.code, frame.message);
  };
  socket.onerror = () => console.error('no connection');
  socket.onclose = () => setTimeout(follow, 1_000);
}
follow();
