import type { Logger } from '@clearquay/domain/ports/logger.ts';

/** How a client proves who it is to the brokers. */
export interface KafkaCredentials {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/** Texts in PEM; without any of them the certificates that the platform trusts are used. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaLogOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly credentials?: KafkaCredentials;
  readonly tls?: KafkaTls;
  /** Copies of every partition of the topics that are created here. Default: what the brokers do by default. */
  readonly replicas?: number;
  /** An append is refused with `CQ_UNAVAILABLE` when it is not acknowledged in time. Default 30 s. */
  readonly appendTimeoutMs?: number;
  /** Appends are refused with `CQ_UNAVAILABLE` while more than this waits. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** A member that was not heard of for so long is taken for dead, on both sides. Default 8 s. */
  readonly sessionMs?: number;
  /** How long owners may go on after `lost` fired before they are passed over; the whole group waits for them. Default 20 s. */
  readonly drainMs?: number;
  /** Bytes as sent by the brokers that a member keeps for its owners, about. Default 64 MiB. */
  readonly maxBufferedBytes?: number;
  /** A batch that unpacks to more than this is refused. Default 32 MiB. */
  readonly maxBatchBytes?: number;
  readonly logger?: Logger;
}

/** The options with their defaults. */
export type KafkaSettings = Required<Omit<KafkaLogOptions, 'credentials' | 'tls' | 'replicas' | 'logger'>> &
  Pick<KafkaLogOptions, 'credentials' | 'tls' | 'replicas' | 'logger'>;

const mebibyte = 2 ** 20;

export const kafkaSettings = (options: KafkaLogOptions): KafkaSettings => ({
  appendTimeoutMs: 30_000,
  maxQueuedBytes: 64 * mebibyte,
  sessionMs: 8_000,
  drainMs: 20_000,
  maxBufferedBytes: 64 * mebibyte,
  maxBatchBytes: 32 * mebibyte,
  ...options,
});

/** Bytes of a packed batch on a topic of ours, at most: `max.message.bytes`. */
export const maxMessageBytes = 8 * mebibyte;

/** What every connection of the client library is opened with. `requestMs` bounds the wait for one answer. */
export function connectionOptions({ credentials, tls }: KafkaSettings, requestMs: number) {
  return {
    clientId: 'clearquay',
    connectTimeout: 5_000,
    requestTimeout: requestMs,
    autocreateTopics: false,
    // What has moved shows in errors, after which it is asked for at once.
    metadataMaxAge: 60_000,
    ...(credentials && { sasl: { ...credentials } }),
    ...(tls && { tls: { ...tls } }),
  };
}
