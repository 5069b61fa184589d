import { z } from 'zod';
import type { SetupProblem } from './setup-problem.ts';

const mechanisms = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'] as const;

/** How to reach Apache Kafka. */
export interface KafkaConfig {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[];
  /** With a password: a secret. */
  readonly credentials:
    | { readonly mechanism: (typeof mechanisms)[number]; readonly username: string; readonly password: string }
    | undefined;
  /** `on` trusts what the platform trusts; anything else is a file of certificates. */
  readonly tls: string | undefined;
  /** Copies of every partition of topics that are created; absent: what the brokers do by default. */
  readonly replicas: number | undefined;
}

const brokers = z.string().regex(/^[\w.-]+:\d{1,5}(,[\w.-]+:\d{1,5})*$/, 'Set host:port, several separated by commas.');

/** The settings of the environment that are about Kafka. */
export const kafkaSettings = {
  CLEARQUAY_KAFKA_BROKERS: brokers.optional().meta({ description: 'Kafka brokers; absent: embedded event log' }),
  CLEARQUAY_KAFKA_USER: z.string().optional().meta({ description: 'User name for Kafka; absent: no authentication' }),
  CLEARQUAY_KAFKA_PASSWORD: z.string().optional().meta({ description: 'Password for Kafka' }),
  CLEARQUAY_KAFKA_SASL: z
    .enum(mechanisms, { error: `Set one of ${mechanisms.join(', ')}.` })
    .default('SCRAM-SHA-512')
    .meta({ description: `How Kafka checks the password: ${mechanisms.join(', ')}` }),
  CLEARQUAY_KAFKA_TLS: z
    .string()
    .optional()
    .meta({ description: 'TLS to Kafka: on, or a file of the certificates to trust; absent: none' }),
  CLEARQUAY_KAFKA_REPLICAS: z
    .string()
    .regex(/^[1-9]$/, 'Set a number from 1 to 9.')
    .transform(Number)
    .optional()
    .meta({ description: "Copies of the topics that are created; absent: the brokers' default" }),
};

type Given = z.output<z.ZodObject<typeof kafkaSettings>>;

/** The half of a user and password that is missing. */
export function halfOfCredentials({ CLEARQUAY_KAFKA_USER, CLEARQUAY_KAFKA_PASSWORD }: Given): SetupProblem | undefined {
  if ((CLEARQUAY_KAFKA_USER === undefined) === (CLEARQUAY_KAFKA_PASSWORD === undefined)) return undefined;
  const key = CLEARQUAY_KAFKA_USER === undefined ? 'CLEARQUAY_KAFKA_USER' : 'CLEARQUAY_KAFKA_PASSWORD';
  return { key, remedy: 'Set both the user and the password of Kafka, or neither.' };
}

/** Nothing without brokers: the embedded log is used then. */
export function kafkaConfig(given: Given): KafkaConfig | undefined {
  const { CLEARQUAY_KAFKA_BROKERS: brokers, CLEARQUAY_KAFKA_USER: username, CLEARQUAY_KAFKA_PASSWORD: password } = given;
  if (brokers === undefined) return undefined;
  const isKnown = username !== undefined && password !== undefined;
  return {
    brokers: brokers.split(','),
    credentials: isKnown ? { mechanism: given.CLEARQUAY_KAFKA_SASL, username, password } : undefined,
    tls: given.CLEARQUAY_KAFKA_TLS,
    replicas: given.CLEARQUAY_KAFKA_REPLICAS,
  };
}
