import { readFileSync } from 'node:fs';
import { detailValueWords, toldDetails } from '@clearquay/domain/clearance/detail-words.ts';
import { agencyWords, classifierWords, subjectWords } from '@clearquay/domain/clearance/words.ts';
import { codeRules } from '@clearquay/domain/events/codes.ts';
import { closedAsWords, directionWords, entryStatusWords, milestoneWords, statusWords } from '@clearquay/domain/visit/visit-words.ts';
import type { FastifyInstance } from 'fastify';

const folder = new URL('../live-page/', import.meta.url);

/** The files of the live page by the path under which they are served. Nothing else of the folder is reachable. */
const files = {
  '/': ['index.html', 'text/html'],
  '/live-page/style.css': ['style.css', 'text/css'],
  '/live-page/main.js': ['main.js', 'text/javascript'],
  '/live-page/stream.js': ['stream.js', 'text/javascript'],
  '/live-page/visits.js': ['visits.js', 'text/javascript'],
  '/live-page/table.js': ['table.js', 'text/javascript'],
  '/live-page/timeline.js': ['timeline.js', 'text/javascript'],
  '/live-page/clock-time.js': ['clock-time.js', 'text/javascript'],
  '/live-page/texts.js': ['texts.js', 'text/javascript'],
} as const;

/** The domain's words as a module of the page, so that it says what the command line says. */
const words = {
  direction: directionWords,
  status: statusWords,
  closedAs: closedAsWords,
  milestone: milestoneWords,
  agency: agencyWords,
  subject: subjectWords,
  classifier: classifierWords,
  entry: entryStatusWords,
  code: codeRules,
  details: toldDetails,
  detailValue: detailValueWords,
};

const headers = {
  // No inline script or style; the WebSocket goes to this host only.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** `GET /`: the page that shows the visits of a port live, with its script and style. Open; its requests carry the key. */
export function livePageRoutes(app: FastifyInstance): void {
  for (const [path, [file, type]] of Object.entries(files)) {
    const content = readFileSync(new URL(file, folder));
    app.get(path, async (_request, reply) => reply.headers(headers).type(`${type}; charset=utf-8`).send(content));
  }
  const module = `export const words = ${JSON.stringify(words)};\n`;
  app.get('/live-page/words.js', async (_request, reply) => reply.headers(headers).type('text/javascript; charset=utf-8').send(module));
}
