import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Authenticator } from '@clearquay/domain/ports/authenticator.ts';
import { type ProblemCode, problemCodes } from '@clearquay/domain/problems/problem-codes.ts';

/** Why an upgrade is refused: an HTTP status with a problem code and what to do. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** The path of the live stream. */
const streamPath = '/v1/stream';

const bearerProtocol = /^bearer\.([A-Za-z0-9._~+-]+)$/;

/**
 * Reads who asks for an upgrade. The token comes in `Authorization` or, from browsers, as subprotocol
 * `bearer.<token>`; never in the address, where logs would keep it. A page of another host is refused.
 */
export function admit(request: IncomingMessage, authenticator: Authenticator): { readonly token: string } | Refusal {
  if (request.url?.split('?')[0] !== streamPath)
    return { status: 404, code: 'CQ_NOT_FOUND', detail: `Connect to ${streamPath}; nothing else here is a WebSocket.` };
  const { origin, host } = request.headers;
  if (origin !== undefined && hostOf(origin) !== host?.toLowerCase())
    return { status: 403, code: 'CQ_UNAUTHORIZED', detail: 'Open the stream from a page of this host.' };
  const token = bearerToken(request);
  if (token === undefined || !authenticator.authenticate(token))
    return { status: 401, code: 'CQ_UNAUTHORIZED', detail: 'Send Authorization: Bearer <key>, or the subprotocol bearer.<key>.' };
  return { token };
}

function bearerToken({ headers }: IncomingMessage): string | undefined {
  if (headers.authorization !== undefined) return /^Bearer ([^\s]+)$/i.exec(headers.authorization)?.[1];
  const offered = headers['sec-websocket-protocol']?.split(',') ?? [];
  for (const protocol of offered) {
    const token = bearerProtocol.exec(protocol.trim())?.[1];
    if (token !== undefined) return token;
  }
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The name of this protocol; a browser that offers it beside its token does not get its token echoed. */
export const streamProtocol = 'clearquay.v1';

/** Which of the offered subprotocols to answer: browsers fail a connection that answers none. */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(streamProtocol)) return streamProtocol;
  for (const protocol of offered) if (bearerProtocol.test(protocol)) return protocol;
  return false;
}

/** The whole HTTP answer that refuses an upgrade, as problem details (RFC 9457). */
export function refusal({ status, code, detail }: Refusal): string {
  const { title } = problemCodes[code];
  const body = JSON.stringify({ type: `urn:clearquay:problem:${code}`, title, status, detail, code, errors: [] });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(status === 401 ? ['www-authenticate: Bearer'] : []),
    ...(status === 503 ? ['retry-after: 1'] : []),
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
