import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';
import { ok } from '@clearquay/domain/result.ts';
import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { FastifyInstance } from 'fastify';
import type { Feed, FeedPage } from '../changes/feed.ts';
import type { Wait, Waits } from '../changes/waits.ts';
import type { CursorCodec } from '../cursor.ts';
import { defaultLimit, problemsOf, readLimit, readQuery, readValue, readWait, refuseProblems, single } from './query-string.ts';
import { filterOf, filterProblems, readFilter } from './visit-query.ts';

/** What the change feed needs. */
export interface ChangesDeps {
  readonly feed: Feed;
  readonly waits: Waits;
  readonly cursors: CursorCodec;
}

const parameters = [...Object.keys(filterOf), 'code', 'limit', 'cursor', 'wait'];

/**
 * `GET /v1/changes`: `{changes: (delta | removed)[], more, cursor}`, the frames of the live stream, in order within a port. The filter
 * is that of `GET /v1/visits`, and `code` of the events that caused a revision. Without a cursor it begins with the first
 * revision that is kept, with `cursor=now` with the next one. `wait`: seconds, at most 60, to wait for the first match.
 */
export function changesRoute(app: FastifyInstance, { feed, waits, cursors }: ChangesDeps): void {
  app.get('/v1/changes', async (request, reply) => {
    const texts = readQuery(request.query, parameters);
    const cursor = single(texts, 'cursor', (text) => (text === 'now' ? ok(feed.now) : cursors.decode(text)));
    const limit = single(texts, 'limit', readLimit);
    const wait = single(texts, 'wait', readWait);
    if (cursor?.ok === false) throw new ProblemError(cursor.error.code, cursor.error.message, [cursor.error]);
    refuseProblems([...filterProblems(texts), ...problemsOf(limit, wait)]);
    const codes = texts.get('code');
    const asked: Asked = {
      filter: { ...readFilter(texts), ...(codes && { codes }) },
      cursor: readValue(cursor),
      limit: readValue(limit) ?? defaultLimit,
    };
    const seconds = readValue(wait) ?? 0;
    const listening = seconds > 0 ? waits.open(asked.filter) : undefined;
    const gone = () => listening?.end();
    reply.raw.once('close', gone);
    try {
      const page = await readOrWait(feed, asked, seconds * 1_000, listening);
      return reply.type('application/json; charset=utf-8').send(pageText(page, cursors));
    } finally {
      reply.raw.off('close', gone);
      listening?.end();
    }
  });
}

interface Asked {
  readonly filter: Filter;
  readonly cursor: FeedPage['reached'] | undefined;
  readonly limit: number;
}

/** The first page that says something, or the last one before the time ends. */
async function readOrWait(feed: Feed, { filter, cursor, limit }: Asked, ms: number, listening: Wait | undefined): Promise<FeedPage> {
  const end = performance.now() + ms;
  let page = await feed.read(cursor, filter, limit);
  while (listening && page.frames.length === 0 && !page.more) {
    const rest = end - performance.now();
    if (rest <= 0 || !(await listening.next(rest))) break;
    page = await feed.read(page.reached, filter, limit);
  }
  return page;
}

function pageText({ frames, more, reached }: FeedPage, cursors: CursorCodec): Buffer {
  const list = frames.flatMap((frame, i) => (i === 0 ? [frame] : [comma, frame]));
  return Buffer.concat([Buffer.from('{"changes":['), ...list, Buffer.from(`],"more":${more},"cursor":"${cursors.encode(reached)}"}`)]);
}

const comma = Buffer.from(',');
