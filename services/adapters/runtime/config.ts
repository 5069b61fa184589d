import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { z } from 'zod';
import { halfOfCredentials, type KafkaConfig, kafkaConfig, kafkaSettings } from './kafka-config.ts';
import { type LogLevel, logLevels } from './logger.ts';
import type { SetupProblem } from './setup-problem.ts';

/** The parsed settings of one process. Absent optional values choose the embedded default. */
export interface Config {
  /** TCP port of the API; 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** The demo scenario to play, or `none`. */
  readonly demo: string | undefined;
  readonly adminKey: string | undefined;
  /** Of a ClickHouse server, maybe with credentials: a secret. */
  readonly clickhouseUrl: string | undefined;
  /** The cluster of that server over which the tables are spread. */
  readonly clickhouseCluster: string | undefined;
  /** Loopback port of the embedded ClickHouse. */
  readonly clickhouseHttpPort: number;
  /** Absent: the embedded event log. */
  readonly kafka: KafkaConfig | undefined;
  /** Of a schema registry, maybe with credentials: a secret. */
  readonly schemaRegistryUrl: string | undefined;
  readonly logLevel: LogLevel;
}

/** One line of `--print-config`. */
export interface ConfigKey {
  readonly key: string;
  readonly default: string;
  readonly meaning: string;
}

const portRemedy = 'Set a port number from 0 to 65535.';
const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, portRemedy)
  .transform(Number)
  .pipe(z.number().max(65_535, portRemedy));
const webUrl = z.url({ protocol: /^https?$/, error: 'Set an http or https URL.' });
const guessable = new Set(['password', 'changeme', 'clearquay', '12345678']);
const keyRemedy = 'Set 8 to 200 visible ASCII characters that nobody guesses, or leave it out to have a key generated.';
const adminKey = z
  .string()
  .regex(/^[\x21-\x7e]{8,200}$/, keyRemedy)
  .refine((key) => !guessable.has(key.toLowerCase()), keyRemedy);
const levels = logLevels.join(', ');

/** What production wiring needs and this build does not have is refused: a setting is never ignored in silence. */
const absent = (schema: z.ZodType<string, string>, has: string) =>
  schema.refine(() => false, `Leave it out: this build has the ${has} only.`).optional();

const settings = z.strictObject({
  CLEARQUAY_PORT: portNumber.default(8080).meta({ description: 'TCP port of the API and the screen' }),
  CLEARQUAY_HOST: z
    .string()
    .regex(/^\S+$/, 'Set one address or host name.')
    .default('127.0.0.1')
    .meta({ description: 'Address to listen on' }),
  CLEARQUAY_DATA_DIR: z.string().default('.clearquay').meta({ description: 'Directory of the log, the database and the key' }),
  CLEARQUAY_DEMO: z
    .string()
    .regex(/^[\w-]+$/, 'Set the name of a scenario, or none.')
    .optional()
    .meta({ description: 'Demo scenario to play, or none' }),
  CLEARQUAY_ADMIN_KEY: adminKey
    .optional()
    .meta({ description: 'Bearer key of the role admin; absent: generated, kept in the data directory' }),
  CLEARQUAY_CLICKHOUSE_URL: webUrl.optional().meta({ description: 'URL of a ClickHouse server; absent: embedded' }),
  CLEARQUAY_CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^\w+$/, 'Set the name of a cluster of remote_servers.')
    .optional()
    .meta({ description: 'Cluster over which ClickHouse spreads the tables, fixed when the warehouse is created; absent: one server' }),
  CLEARQUAY_CLICKHOUSE_HTTP_PORT: portNumber.default(8123).meta({ description: 'Loopback port of the embedded ClickHouse' }),
  ...kafkaSettings,
  CLEARQUAY_SCHEMA_REGISTRY_URL: webUrl.optional().meta({
    description: 'URL of the Confluent API of a schema registry; absent: the files of schemas/avro',
  }),
  CLEARQUAY_JWKS_URL: absent(webUrl, 'admin key').meta({
    description: 'URL of the keys that sign JSON web tokens; absent: admin key only',
  }),
  CLEARQUAY_LOG_LEVEL: z
    .enum(logLevels, { error: `Set one of ${levels}.` })
    .default('info')
    .meta({ description: `How much is logged: ${levels}` }),
});

/** Every setting in the order of the contract. */
export function configKeys(): readonly ConfigKey[] {
  const unset = settings.parse({});
  return Object.entries(settings.shape).map(([key, schema]) => ({
    key,
    default: String(unset[key as keyof typeof unset] ?? ''),
    meaning: schema.meta()?.description ?? '',
  }));
}

/**
 * Reads the `CLEARQUAY_` variables of an environment; an empty one counts as absent. All problems come at once, each
 * with its key and what to do; no value is repeated in them.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Result<Config, readonly SetupProblem[]> {
  const given = Object.entries(environment).filter(([key, value]) => key.startsWith('CLEARQUAY_') && value !== undefined && value !== '');
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (!parsed.success) return refuse(parsed.error.issues.flatMap(problemsOf));
  const { data } = parsed;
  const half = halfOfCredentials(data);
  if (half) return refuse([half]);
  return ok({
    port: data.CLEARQUAY_PORT,
    host: data.CLEARQUAY_HOST,
    dataDir: data.CLEARQUAY_DATA_DIR,
    demo: data.CLEARQUAY_DEMO,
    adminKey: data.CLEARQUAY_ADMIN_KEY,
    clickhouseUrl: data.CLEARQUAY_CLICKHOUSE_URL,
    clickhouseCluster: data.CLEARQUAY_CLICKHOUSE_CLUSTER,
    clickhouseHttpPort: data.CLEARQUAY_CLICKHOUSE_HTTP_PORT,
    kafka: kafkaConfig(data),
    schemaRegistryUrl: data.CLEARQUAY_SCHEMA_REGISTRY_URL,
    logLevel: data.CLEARQUAY_LOG_LEVEL,
  });
}

function problemsOf(issue: z.core.$ZodIssue): SetupProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ key, remedy: 'Remove it: there is no such setting; --print-config lists them.' }));
  return [{ key: String(issue.path[0]), remedy: issue.message }];
}
