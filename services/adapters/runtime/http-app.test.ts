import { type AddressInfo, connect } from 'node:net';
import { problemCodes } from '@clearquay/domain/problems/problem-codes.ts';
import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { afterEach, expect, test } from 'vitest';
import { createAdminAuthenticator } from './admin-key.ts';
import { createHttpApp } from './http-app.ts';
import { createMetrics } from './metrics.ts';
import { problemStatus } from './problem-status.ts';

const errors: object[] = [];
const logger = { info: () => {}, warn: () => {}, error: (fields: object) => errors.push(fields) };
const bearer = { authorization: 'Bearer the-right-key' };
const limit = 1000;

function createTestApp() {
  const app = createHttpApp({
    authenticator: createAdminAuthenticator('the-right-key'),
    metrics: createMetrics(),
    logger,
    bodyLimitBytes: limit,
    openPaths: ['/v1/open'],
    requestTimeoutMs: 300,
  });
  const bodySchema = { type: 'object', properties: { n: { type: 'integer' } }, additionalProperties: false, required: ['n'] };
  app.get('/v1/open', async (request) => ({ caller: request.principal?.id ?? 'nobody' }));
  app.get('/v1/closed', async (request) => ({ caller: request.principal?.id }));
  app.get('/v1/items/:id', async () => ({}));
  app.post('/v1/echo', async (request) => request.body);
  app.post('/v1/strict', { schema: { body: bodySchema } }, async (request) => request.body);
  app.get<{ Params: { code: keyof typeof problemCodes } }>('/fail/:code', async (request) => {
    throw new ProblemError(request.params.code, 'Do this.', [{ code: 'CQ_TIME_INVALID', message: 'Send a time.', pointer: '/events/0' }]);
  });
  app.get('/away', async () => {
    throw Object.assign(new Error('password of the database'), { retriable: true });
  });
  app.get('/bug', async () => {
    throw new Error('password of the database');
  });
  return app;
}

const app = createTestApp();
const post = (url: string, payload: string | Buffer, contentType = 'application/json') =>
  app.inject({ method: 'POST', url, payload, headers: { ...bearer, 'content-type': contentType } });

afterEach(() => {
  errors.length = 0;
});

test('what is away for now is 503 with Retry-After, and not a word of the inside', async () => {
  const answer = await app.inject('/away');
  expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([503, 'CQ_UNAVAILABLE', '5']);
  expect(answer.body).not.toContain('password');
  expect(errors).toEqual([]);
});

test('a problem is answered as RFC 9457 details with its code and one entry per error', async () => {
  const answer = await app.inject('/fail/CQ_EVENT_CONFLICT');
  expect(answer.statusCode).toBe(409);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toEqual({
    type: 'urn:clearquay:problem:CQ_EVENT_CONFLICT',
    title: problemCodes.CQ_EVENT_CONFLICT.title,
    status: 409,
    detail: 'Do this.',
    code: 'CQ_EVENT_CONFLICT',
    errors: [{ code: 'CQ_TIME_INVALID', message: 'Send a time.', pointer: '/events/0' }],
  });
});

test('every problem code has one error status, and retriable ones are on the side of the server', () => {
  expect(Object.keys(problemStatus).sort()).toEqual(Object.keys(problemCodes).sort());
  for (const [code, status] of Object.entries(problemStatus)) expect(status, code).toBeGreaterThanOrEqual(400);
  for (const [code, { retriable }] of Object.entries(problemCodes)) {
    if (retriable) expect(problemStatus[code as keyof typeof problemCodes], code).toBeGreaterThanOrEqual(500);
  }
});

test('503 and 507 say when to try again, other refusals do not', async () => {
  expect((await app.inject('/fail/CQ_UNAVAILABLE')).headers['retry-after']).toBe('5');
  expect((await app.inject('/fail/CQ_LOG_FULL')).headers['retry-after']).toBe('60');
  expect((await app.inject('/fail/CQ_EVENT_SHAPE')).headers['retry-after']).toBeUndefined();
});

test('a bug is logged and answered without a word of the inside', async () => {
  const answer = await app.inject('/bug');
  expect(answer.statusCode).toBe(500);
  expect(answer.json().code).toBe('CQ_INTERNAL');
  expect(answer.body).not.toContain('password');
  expect(answer.body).not.toContain('stack');
  expect(errors).toMatchObject([{ route: '/bug', err: { message: 'password of the database' } }]);
});

test('paths under /v1 need the key, whatever their spelling; open ones and the rest do not', async () => {
  const status = async (url: string, authorization?: string) =>
    (await app.inject({ url, ...(authorization !== undefined && { headers: { authorization } }) })).statusCode;
  expect(await status('/v1/closed', 'Bearer the-right-key')).toBe(200);
  expect(await status('/v1/closed', 'bearer the-right-key')).toBe(200);
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    'Bearer wrong',
    'Basic the-right-key',
    'Bearer the-right-keyx',
    `Bearer ${'x'.repeat(5000)}`,
  ]) {
    expect(await status('/v1/closed', wrong), wrong).toBe(401);
  }
  expect(await status('/%761/closed')).toBe(401);
  expect(await status('/v1/open')).toBe(200);
  expect(await status('/metrics')).toBe(200);
  expect((await app.inject('/v1/closed')).headers['www-authenticate']).toBe('Bearer');
});

test('an open path knows a caller who shows the key', async () => {
  expect((await app.inject({ url: '/v1/open', headers: bearer })).json()).toEqual({ caller: 'admin' });
  expect((await app.inject('/v1/open')).json()).toEqual({ caller: 'nobody' });
});

test('bodies over the limit, of another type, or no JSON are refused each with its code', async () => {
  const body = (length: number) => `"${'x'.repeat(length - 2)}"`;
  expect((await post('/v1/echo', body(limit))).statusCode).toBe(200);
  const refusals = [
    await post('/v1/echo', body(limit + 1)),
    await post('/v1/echo', 'n=1', 'application/x-www-form-urlencoded'),
    await post('/v1/echo', 'text', 'text/plain'),
    await post('/v1/echo', '{"n":'),
    await post('/v1/echo', ''),
    await post('/v1/echo', '{"__proto__":{"admin":true}}'),
    await post('/v1/echo', Buffer.from([0x22, 0xff, 0x22])),
    await post('/v1/echo', '['.repeat(500)),
    await post('/v1/echo', '{"n":9007199254740993}'),
  ];
  expect(refusals.map((answer) => [answer.statusCode, answer.json().code])).toEqual([
    [413, 'CQ_BODY_TOO_LARGE'],
    [415, 'CQ_MEDIA_TYPE'],
    [415, 'CQ_MEDIA_TYPE'],
    ...new Array(6).fill([400, 'CQ_JSON_INVALID']),
  ]);
});

test('bodies are validated as sent: nothing is coerced, nothing dropped', async () => {
  expect((await post('/v1/strict', '{"n":1}')).json()).toEqual({ n: 1 });
  const coerced = await post('/v1/strict', '{"n":"1"}');
  expect(coerced.statusCode).toBe(400);
  expect(coerced.json()).toMatchObject({ code: 'CQ_REQUEST_INVALID', errors: [{ pointer: '/n', code: 'CQ_REQUEST_INVALID' }] });
  expect((await post('/v1/strict', '{"n":1,"extra":2}')).json()).toMatchObject({ code: 'CQ_REQUEST_INVALID' });
});

test('unknown paths, broken paths and endless parameters are problems too', async () => {
  const answers = await Promise.all(
    ['/nowhere', '/v1/items/%zz', `/v1/items/${'x'.repeat(300)}`].map((url) => app.inject({ url, headers: bearer })),
  );
  expect(answers.map((answer) => answer.json().code)).toEqual(['CQ_NOT_FOUND', 'CQ_REQUEST_INVALID', 'CQ_REQUEST_INVALID']);
  expect((await app.inject({ url: `/v1/items/${'x'.repeat(256)}`, headers: bearer })).statusCode).toBe(200);
});

test('metrics count requests by route pattern, never by path', async () => {
  await app.inject({ url: '/v1/items/CQYU0000014', headers: bearer });
  const { body } = await app.inject('/metrics');
  expect(body).toContain('clearquay_http_request_seconds_count{method="GET",route="/v1/items/:id",status="200"}');
  expect(body).not.toContain('CQYU0000014');
});

test('a request that does not arrive whole in time is ended', async () => {
  const listening = createTestApp();
  await listening.listen({ port: 0, host: '127.0.0.1' });
  const { port } = listening.server.address() as AddressInfo;
  const head = 'POST /v1/echo HTTP/1.1\r\nhost: x\r\nauthorization: Bearer the-right-key\r\ncontent-type: application/json\r\n';
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head}content-length: 9\r\n\r\n{`));
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
  await listening.close();
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});
