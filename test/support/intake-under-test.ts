import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { createRecordCodec } from '@clearquay/adapters/registry/record-codec.ts';
import { createAdminAuthenticator } from '@clearquay/adapters/runtime/admin-key.ts';
import { createHttpApp } from '@clearquay/adapters/runtime/http-app.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { createMetrics } from '@clearquay/adapters/runtime/metrics.ts';
import { loadPorts } from '@clearquay/adapters/runtime/ports.ts';
import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { createPartnerTable, type PartnerFile } from '@clearquay/intake/formats/edifact/partner.ts';
import { createIntake } from '@clearquay/intake/intake.ts';
import type { IntakeLimits } from '@clearquay/intake/intake-deps.ts';
import { topics } from '@clearquay/schemas/topics.ts';

const key = 'the-right-key';

/** One record as it was written to the log, its value decoded. */
export interface WrittenRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
}

/** One outcome of an answer; which fields it has depends on its status. */
export interface AnsweredOutcome {
  readonly status: string;
  readonly id: string;
}

/** The fields that answers of intake have between them, problems included. */
export interface AnswerBody {
  readonly outcomes: readonly AnsweredOutcome[];
  readonly events: readonly AnsweredOutcome[];
  readonly findings: readonly { readonly code: string }[];
  readonly rawId: string;
  readonly position: string;
  readonly code: string;
}

/** An answer with its parsed JSON body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: AnswerBody;
}

/** Intake in the real HTTP application over the real embedded log and codec. */
export interface IntakeUnderTest {
  readonly log: EventLog;
  post(url: string, payload: string | Buffer, headers?: Record<string, string>): Promise<Answer>;
  /** Everything that a topic holds. */
  written(topic: keyof typeof topics): Promise<WrittenRecord[]>;
  close(): Promise<void>;
}

/** Settings of one instance; `maxLogBytes` makes the log full. */
export interface IntakeSettings {
  readonly limits?: Partial<IntakeLimits>;
  readonly maxLogBytes?: number;
}

/** 5 March 2026, 00:00 UTC: the time of every receipt. */
export const receiptTime = instant(Date.UTC(2026, 2, 5));

/** Starts intake on a log of its own in a new directory. */
export async function startIntake({ limits, maxLogBytes }: IntakeSettings = {}): Promise<IntakeUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'clearquay-intake-'));
  const log = await openEmbeddedLog({ directory, ...(maxLogBytes !== undefined && { maxBytes: maxLogBytes }) });
  await log.ensureTopics(Object.values(topics));
  const root = new URL('../../', import.meta.url);
  const codec = await createRecordCodec(createFileRegistry(new URL('schemas/avro/', root)), topics);
  const partners = JSON.parse(await readFile(new URL('seeds/reference/edifact-partners.json', root), 'utf8')) as PartnerFile;
  const logger = createLogger('silent');
  const metrics = createMetrics();
  const app = createHttpApp({ authenticator: createAdminAuthenticator(key), metrics, logger, bodyLimitBytes: 1_000, openPaths: [] });
  const intake = createIntake({
    log,
    codec,
    ports: await loadPorts(new URL('seeds/reference/ports.csv', root)),
    clock: { now: () => receiptTime },
    partners: createPartnerTable(partners),
    metrics,
    logger,
    ...(limits && { limits }),
  });
  await intake(app);
  return {
    log,
    async post(url, payload, headers = {}) {
      const answer = await app.inject({ method: 'POST', url, payload, headers: { authorization: `Bearer ${key}`, ...headers } });
      return { status: answer.statusCode, headers: answer.headers, body: answer.json<AnswerBody>() };
    },
    written: (topic) => readTopic(log, codec, topics[topic].name),
    async close() {
      await app.close();
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function readTopic(log: EventLog, codec: RecordCodec, topic: string): Promise<WrittenRecord[]> {
  const records: WrittenRecord[] = [];
  for (const [partition, { start, end }] of (await log.bounds(topic)).entries())
    for (let offset = start; offset < end; ) {
      const read = await log.read(topic, partition, offset, { maxRecords: 1_000, waitMs: 0 });
      for (const record of read) {
        const decoded = codec.decode(topic, record.value ?? new Uint8Array());
        if (!decoded.ok) throw new Error(decoded.error.message);
        records.push({ topic, partition, key: record.key, headers: record.headers ?? {}, value: { ...decoded.value } });
        offset = record.offset + 1;
      }
    }
  return records;
}
