import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { createLogger } from '@clearquay/adapters/runtime/logger.ts';
import { parseInstant } from '@clearquay/domain/identifiers/instant.ts';
import { archiveGroup, processorGroup } from '@clearquay/processor/groups.ts';
import { createProcessor } from '@clearquay/processor/processor.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import cliProgress from 'cli-progress';
import { isWarehouseLost } from '../backup/lost-warehouse.ts';
import { openParts, type Parts } from '../parts.ts';
import { CommandFailure } from '../terminal.ts';
import { stopSignal, upConfig } from './up.ts';

export interface ReplayOptions {
  readonly data?: string;
  /** ISO 8601 with an offset: when the first record to read again was appended. */
  readonly from: string;
}

const pollMs = 200;
const weeks = topics.customs.retentionMs / (7 * 24 * 3_600_000);
const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const groups = [processorGroup, archiveGroup];

/**
 * Applies the log again from a time on, while no server runs: every visit that its events touch is folded anew and gets
 * a revision in a new epoch. What was begun is durable: a replay that is stopped goes on with the next start.
 */
export async function replay(options: ReplayOptions): Promise<void> {
  const since = parseInstant(options.from);
  if (!since.ok) throw new CommandFailure(`--from: ${since.error.message}`, 2);
  const config = { ...upConfig(options, process.env), clickhouseHttpPort: 0 };
  const logger = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const opened = new AsyncDisposableStack();
  try {
    const parts = await openParts(config, logger, opened);
    const { embeddedLog } = parts;
    if (!embeddedLog)
      throw new CommandFailure(
        `CLEARQUAY_KAFKA_BROKERS: Set the groups back with Kafka's own tool while no processor runs: kafka-consumer-groups.sh --reset-offsets --to-datetime … for ${groups.map(({ group }) => group).join(' and ')}.`,
      );
    const total = await rewind(parts, embeddedLog, since.value);
    let revisions = 0;
    const onBatch = (batch: { readonly revisions: number }): void => {
      revisions += batch.revisions;
    };
    const processor = opened.adopt(createProcessor({ ...parts, onBatch }), (p) => p.close());
    const stopped = stopSignal();
    await processor.start();
    const isWhole = await applied(embeddedLog, total, stopped);
    process.stdout.write(`${total} records read again, ${revisions} revisions written.\n`);
    if (!isWhole) throw new CommandFailure('Stopped before the end of the log; the next start goes on from here.', 130);
  } finally {
    await opened.disposeAsync();
  }
}

/** Sets both groups back and gives the number of records to read. */
async function rewind(parts: Parts, log: EmbeddedLog, since: number): Promise<number> {
  const isLost = await isWarehouseLost(parts);
  if (isLost)
    say('The warehouse is empty: it is rebuilt from the whole log. Visits may get other ids, so cursors given so far answer "gap".');
  const from = isLost ? 0 : since;
  const [events, kept] = await Promise.all(groups.map(({ group, topics }) => log.rewind(group, topics, from)));
  if (events?.isTrimmed)
    say(
      `The log keeps ${weeks} weeks. What is older ${isLost ? 'cannot be rebuilt' : 'is in the warehouse; visits that no later event touches stay as they are'}.`,
    );
  return (events?.records ?? 0) + (kept?.records ?? 0);
}

/** Waits until nothing is left to read; false when it was stopped before. */
async function applied(log: EmbeddedLog, total: number, stopped: Promise<string>): Promise<boolean> {
  const bar = new cliProgress.SingleBar(
    { format: 'applying {bar} {percentage}% | {value}/{total} records | {duration_formatted}', stream: process.stderr, hideCursor: true },
    cliProgress.Presets.rect,
  );
  let isStopped = false;
  void stopped.then(() => {
    isStopped = true;
  });
  bar.start(total, 0);
  try {
    for (;;) {
      const progress = await Promise.all(groups.map(({ group, topics }) => log.progress(group, topics)));
      const behind = progress.reduce((sum, { left }) => sum + left, 0);
      bar.update(Math.max(0, total - behind));
      if (behind === 0) return true;
      if (isStopped) return false;
      await sleep(pollMs);
    }
  } finally {
    bar.stop();
  }
}
