import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Authenticator } from '@clearquay/domain/ports/authenticator.ts';
import { expect, test } from 'vitest';
import { admit, chooseProtocol, refusal } from './upgrade.ts';

const authenticator: Authenticator = { authenticate: (token) => (token === 'k-1' ? { id: 'me', role: 'admin' } : undefined) };

function ask(headers: Readonly<Record<string, string>>, url = '/v1/stream') {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  Object.assign(request.headers, { host: 'quay.example:8080', ...headers });
  const admission = admit(request, authenticator);
  return 'status' in admission ? admission.status : admission.token;
}

test('a key is taken from Authorization or from a bearer subprotocol', () => {
  expect(ask({ authorization: 'Bearer k-1' })).toBe('k-1');
  expect(ask({ 'sec-websocket-protocol': 'clearquay.v1, bearer.k-1' })).toBe('k-1');
});

test('a missing or wrong key, and a key in the address, is 401', () => {
  expect(ask({})).toBe(401);
  expect(ask({ authorization: 'Bearer k-2' })).toBe(401);
  expect(ask({ authorization: 'Basic k-1' })).toBe(401);
  expect(ask({ 'sec-websocket-protocol': 'bearer.k-2' })).toBe(401);
  expect(ask({}, '/v1/stream?key=k-1')).toBe(401);
  // One wrong way is not made good by another.
  expect(ask({ authorization: 'Bearer k-2', 'sec-websocket-protocol': 'bearer.k-1' })).toBe(401);
});

test('a page of another host is refused even with a key', () => {
  const key = { authorization: 'Bearer k-1' };
  expect(ask({ ...key, origin: 'http://quay.example:8080' })).toBe('k-1');
  expect(ask({ ...key, origin: 'https://evil.example' })).toBe(403);
  expect(ask({ ...key, origin: 'http://quay.example:8081' })).toBe(403);
  expect(ask({ ...key, origin: 'null' })).toBe(403);
});

test('only the path of the stream is upgraded', () => {
  expect(ask({ authorization: 'Bearer k-1' }, '/v1/visits')).toBe(404);
});

test('the answered subprotocol does not repeat the key when the client offers the name of the protocol', () => {
  expect(chooseProtocol(new Set(['bearer.k-1', 'clearquay.v1']))).toBe('clearquay.v1');
  expect(chooseProtocol(new Set(['bearer.k-1']))).toBe('bearer.k-1');
  expect(chooseProtocol(new Set(['chat']))).toBe(false);
});

test('a refusal is a whole HTTP answer with problem details', () => {
  const [head, body] = refusal({ status: 401, code: 'CQ_UNAUTHORIZED', detail: '钥匙' }).split('\r\n\r\n');
  expect(head).toContain('HTTP/1.1 401 Unauthorized');
  expect(head).toContain(`content-length: ${Buffer.byteLength(body ?? '')}`);
  expect(JSON.parse(body ?? '')).toMatchObject({ status: 401, code: 'CQ_UNAUTHORIZED', detail: '钥匙' });
});
