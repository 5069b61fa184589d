import type { Logger } from '@clearquay/domain/ports/logger.ts';
import type { SchemaRegistry } from '@clearquay/domain/ports/schema-registry.ts';
import { COMPATIBILITY, SchemaRegistry as RegistryClient, SchemaType } from '@kafkajs/confluent-schema-registry';
import { LRUCache } from 'lru-cache';
import { keepSchemas } from './kept-schemas.ts';

/** Where a Confluent-compatible schema registry answers and how long it is waited for. */
export interface RegistryServerOptions {
  /** Root of the Confluent API, such as `http://registry:8080/apis/ccompat/v7`; user and password may stand in it. */
  readonly url: string;
  /** After so long without an answer the registry counts as away. */
  readonly timeoutMs?: number;
  /** For so long an id that the registry did not know, or did not answer for, is not asked for again. */
  readonly askAgainAfterMs?: number;
  /** A directory URL (ending in a slash) for copies of what the registry said, by which a start without it goes on. */
  readonly copies?: URL;
  readonly logger: Logger;
}

/** The registry answered, and refused: its own word in `message`. Trying again does not help. */
export class SchemaRefused extends Error {}

/** Schemas of other writers that are held at a time; each is some kilobytes. */
const maxSchemas = 1_000;

/**
 * The statuses by which a registry refuses: no right, an incompatible schema, no valid one. Status 400 is none of them,
 * since the library gives it to whatever never reached the server.
 */
const refusals: ReadonlySet<number | undefined> = new Set([401, 403, 409, 422]);

/** How old and new readers and writers of a subject must get along: each reads every other. */
const compatibility = COMPATIBILITY.FULL_TRANSITIVE;

/**
 * A registry over a server. `register` has the server check that a new schema and all earlier ones of its subject read
 * each other, and throws `SchemaRefused` when they do not. `schemaOf` asks once per id however many ask meanwhile, keeps
 * what it learnt for good, and gives nothing while the registry is away: what is known goes on, and the unknown id is
 * asked for again after `askAgainAfterMs`.
 */
export function createRegistryServer(options: RegistryServerOptions): SchemaRegistry {
  const { timeoutMs = 5_000, askAgainAfterMs = 30_000, logger } = options;
  const client = clientOf(new URL(options.url), timeoutMs);
  const copies = options.copies && keepSchemas(options.copies);

  async function ask(id: number): Promise<string | undefined> {
    try {
      const text = textOf(await client.getSchema(id));
      await copies?.keepText(id, text);
      return text;
    } catch (err) {
      if (statusOf(err) === 404) return undefined;
      logger.warn({ err, schemaId: id }, 'the schema registry did not answer for a schema id');
      return copies?.textOf(id);
    }
  }

  const known = new LRUCache<number, { readonly text: string | undefined }>({
    max: maxSchemas,
    async fetchMethod(id, _, { options: entry }) {
      const text = await ask(id);
      if (text === undefined) entry.ttl = askAgainAfterMs;
      return { text };
    },
  });

  return {
    async register(subject, schema) {
      try {
        const { id } = await client.register({ type: SchemaType.AVRO, schema }, { subject, compatibility });
        await copies?.keepId(subject, schema, id);
        known.set(id, { text: schema });
        return id;
      } catch (error) {
        if (refusals.has(statusOf(error)) || isRefusal(error))
          throw new SchemaRefused(`The schema registry refuses the schema of ${subject}: ${(error as Error).message}`);
        const id = await copies?.idOf(subject, schema);
        if (id === undefined) throw error;
        logger.warn({ err: error, subject }, 'the schema registry is away; its id of a schema is taken from the copy');
        return id;
      }
    },
    schemaOf: async (id) => (await known.fetch(id))?.text,
  };
}

function clientOf(url: URL, timeoutMs: number): RegistryClient {
  const { username, password } = url;
  const auth = username ? { username: decodeURIComponent(username), password: decodeURIComponent(password) } : undefined;
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return new RegistryClient({
    host: bare.href.replace(/\/$/, ''),
    clientId: 'clearquay',
    // Who waits for the registry decides how long: the caller tries again, not the library.
    retry: { retries: 0 },
    middlewares: [() => ({ prepareRequest: async (next) => (await next()).enhance({ timeout: timeoutMs }) })],
    ...(auth && { auth }),
  });
}

/** The text of what the library parsed; its types are of its own copy of the Avro library. */
function textOf(schema: object): string {
  const { schema: describe } = schema as { schema?: (options: { exportAttrs: boolean }) => unknown };
  if (!describe) throw new SchemaRefused('The schema is not an Avro schema.');
  return JSON.stringify(describe.call(schema, { exportAttrs: true }));
}

const statusOf = (error: unknown): number | undefined => (error instanceof Error && 'status' in error ? Number(error.status) : undefined);

/** True for what the library itself refuses: a subject of another compatibility, or what is no Avro schema. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name.startsWith('ConfluentSchemaRegistry');
