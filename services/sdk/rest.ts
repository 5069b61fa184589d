import type { TimelineEntryJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { RequestRefused } from './request-refused.ts';

/** The query of `GET /v1/visits`: OR within a list, AND between names. */
export interface VisitQuery {
  readonly container?: string | readonly string[];
  readonly bill?: string | readonly string[];
  readonly declaration?: string | readonly string[];
  readonly booking?: string | readonly string[];
  readonly call?: string | readonly string[];
  readonly port?: string | readonly string[];
  readonly direction?: string | readonly string[];
  readonly status?: string | readonly string[];
  readonly hold?: string | readonly string[];
  /** Changed at or after this ISO 8601 instant. */
  readonly since?: string;
  /** 1 to 500, default 100. */
  readonly limit?: number;
  /** Of the page before. */
  readonly cursor?: string;
}

/** One page of visits; without `cursor` it is the last. */
export interface VisitPage {
  readonly visits: readonly VisitJson[];
  readonly cursor?: string;
}

/** What became of one item; an accepted event names its id, a rejected one says what to do. */
export type EventOutcome =
  | { readonly status: 'accepted'; readonly id: string; readonly subject: string; readonly quarantined?: true; readonly duplicate?: true }
  | { readonly status: 'rejected'; readonly code: string; readonly pointer: string; readonly message: string; readonly subject?: string };

/** The answer to events: one outcome per item, and the position at which they are in the log. */
export interface EventsReceipt {
  readonly outcomes: readonly EventOutcome[];
  readonly position: string;
}

/** The answer to a message, whose bytes are kept under `rawId`. */
export interface MessageReceipt {
  readonly rawId: string;
  readonly findings: readonly object[];
  readonly events: readonly EventOutcome[];
}

/** What a message is. */
export interface MessageOptions {
  /** `edifact`, `cn-xml`, `cn-flat`, …; absent: detected. */
  readonly format?: string;
  readonly partner?: string;
  /** Default `application/octet-stream`. */
  readonly contentType?: string;
}

/** Which state of a visit is asked for. */
export interface AsOf {
  /** As it was known at this ISO 8601 instant; without it as it is known now. */
  readonly asOf?: string;
}

/** The query of `GET /v1/dead-letters`: OR within a list, AND between names. */
export interface DeadLetterQuery {
  /** The reason that stands now. */
  readonly code?: string | readonly string[];
  readonly port?: string | readonly string[];
  readonly source?: string | readonly string[];
  readonly state?: 'open' | 'replayed';
  /** 1 to 500, default 100. */
  readonly limit?: number;
  /** Of the page before. */
  readonly cursor?: string;
}

/** Input that was refused, and what became of its replays. */
export interface DeadLetter {
  readonly id: string;
  readonly refusedAt: string;
  readonly state: 'open' | 'replayed';
  readonly code: string;
  readonly message: string;
  readonly pointer?: string;
  readonly stage: string;
  readonly port?: string;
  readonly source?: string;
  readonly eventId?: string;
  readonly bytes: number;
  readonly replays: readonly { readonly at: string; readonly by: string; readonly outcome: string; readonly code?: string }[];
}

/** The answer to a replay: accepted, or still refused and why. */
export interface ReplayReceipt {
  readonly id: string;
  readonly outcome: 'accepted' | 'refused';
  readonly position: string;
  readonly code?: string;
  readonly message?: string;
}

/** The REST interface. Every method rejects with `RequestRefused` when the server refuses, TypeError when it is not reached. */
export interface RestClient {
  getVisits(query?: VisitQuery): Promise<VisitPage>;
  getVisit(visitId: string, options?: AsOf): Promise<VisitJson>;
  getTimeline(visitId: string, options?: AsOf): Promise<{ readonly visitId: string; readonly entries: readonly TimelineEntryJson[] }>;
  /** Sends at most 1,000 status events; resolves once they are durable. A dry run says what would become of them. */
  sendEvents(events: readonly object[], options?: { readonly dryRun?: boolean }): Promise<EventsReceipt>;
  getDeadLetters(query?: DeadLetterQuery): Promise<{ readonly deadLetters: readonly DeadLetter[]; readonly cursor?: string }>;
  /** One with its original bytes in base64, and as text when they are text. */
  getDeadLetter(id: string): Promise<DeadLetter & { readonly body: string; readonly text?: string }>;
  /** Sends its bytes once more; an event counts once however often it is replayed. */
  replayDeadLetter(id: string): Promise<ReplayReceipt>;
  /** Sends a message byte for byte. */
  sendMessage(body: Uint8Array | string, options?: MessageOptions): Promise<MessageReceipt>;
}

/** A client of one server with one key. */
export function createRestClient({ url, key }: { readonly url: string; readonly key: string }): RestClient {
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { ...init.headers, authorization: `Bearer ${key}` };
    const response = await fetch(new URL(path, url), { ...init, headers });
    const body = await response.text();
    if (!response.ok) throw new RequestRefused(response.status, body);
    return JSON.parse(body);
  };
  const visitCall = (visitId: string, below: string, { asOf }: AsOf = {}): Promise<unknown> =>
    call(`/v1/visits/${encodeURIComponent(visitId)}${below}?${searchOf({ asOf })}`);

  return {
    getVisits: async (query = {}) => (await call(`/v1/visits?${searchOf(query)}`)) as VisitPage,
    getVisit: async (visitId, options) => (await visitCall(visitId, '', options)) as VisitJson,
    getTimeline: async (visitId, options) =>
      (await visitCall(visitId, '/timeline', options)) as Awaited<ReturnType<RestClient['getTimeline']>>,
    getDeadLetters: async (query = {}) =>
      (await call(`/v1/dead-letters?${searchOf(query)}`)) as Awaited<ReturnType<RestClient['getDeadLetters']>>,
    getDeadLetter: async (id) =>
      (await call(`/v1/dead-letters/${encodeURIComponent(id)}`)) as Awaited<ReturnType<RestClient['getDeadLetter']>>,
    replayDeadLetter: async (id) => (await call(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, { method: 'POST' })) as ReplayReceipt,
    async sendEvents(events, { dryRun = false } = {}) {
      const headers = { 'content-type': 'application/json' };
      return (await call(dryRun ? '/v1/events?dryRun=1' : '/v1/events', {
        method: 'POST',
        headers,
        body: JSON.stringify({ events }),
      })) as EventsReceipt;
    },
    async sendMessage(body, { format, partner, contentType = 'application/octet-stream' } = {}) {
      const search = searchOf({ ...(format !== undefined && { format }), ...(partner !== undefined && { partner }) });
      const headers = { 'content-type': contentType };
      // A copy owns its buffer, which fetch asks for.
      return (await call(`/v1/messages?${search}`, { method: 'POST', headers, body: Buffer.from(body) })) as MessageReceipt;
    },
  };
}

function searchOf(query: object): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
  return search;
}
