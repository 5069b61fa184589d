import { type DeadLetterReplay, type DeadLetterRow, openLetters, replayAction } from '@clearquay/domain/operations/dead-letter.ts';
import { appendInParts } from '../http/durable-append.ts';
import { appendParts } from '../intake-deps.ts';
import { keepDeeds } from './audit.ts';
import type { OperationsDeps } from './operations-deps.ts';
import { judgeRecord, type Letter } from './replay.ts';

type Row = DeadLetterRow & { readonly body: string };

/** Schemas looked for in one round, drawn by lot when there are more, so that made-up ids keep nobody out for good. */
const schemasPerRound = 100;
const lettersAtOnce = 500;
/** Who replays, in `audit`. */
const by = 'clearquay';

const unread = `d.code = 'CQ_SCHEMA_UNKNOWN' AND d.stage = 'decode' AND length(d.body) > 5`;
const schemaOf = 'hex(substring(d.body, 1, 5))';
const sampleSql = `${openLetters(unread, 'CQ_SCHEMA_UNKNOWN')} ORDER BY rand() LIMIT 1 BY d.topic, ${schemaOf} LIMIT ${schemasPerRound}`;
const lettersSql = `${openLetters(`${unread} AND d.topic = {topic:String} AND ${schemaOf} = {schema:String}`, 'CQ_SCHEMA_UNKNOWN')}
ORDER BY d.refused_at, d.id LIMIT ${lettersAtOnce}`;

const letterOf = (row: Row): Letter => ({ ...row, bytesSent: Buffer.from(row.body, 'base64') });

/**
 * Looks once for dead letters whose schema was not known, and replays those whose schema is known by now. What was
 * cut off between its append and its deed is sent again and counts once; so it does when several gateways look.
 */
export async function replayKnownSchemas(deps: OperationsDeps): Promise<void> {
  for (const sample of await deps.warehouse.query<Row>(sampleSql)) {
    if (!isUnknown(await judgeRecord(letterOf(sample), deps))) await replayAll(sample, deps);
  }
}

const isUnknown = (judged: Awaited<ReturnType<typeof judgeRecord>>): boolean => !judged.ok && judged.error.code === 'CQ_SCHEMA_UNKNOWN';

/** Replays every letter of a sample's topic and schema. */
async function replayAll({ topic, body }: Row, deps: OperationsDeps): Promise<void> {
  const schema = Buffer.from(body, 'base64').subarray(0, 5).toString('hex').toUpperCase();
  for (let rows: Row[] = []; ; ) {
    rows = await deps.warehouse.query<Row>(lettersSql, { topic, schema });
    const judged = await Promise.all(rows.map((row) => judgeRecord(letterOf(row), deps)));
    // Nothing to do is left, or the schema was forgotten meanwhile: the next round looks again.
    if (judged.every(isUnknown)) return;
    const records = judged.flatMap((j) => (j.ok ? j.value : []));
    await appendInParts(deps.log, records, appendParts);
    const at = deps.clock.now();
    const deeds = judged.map((j, i) => {
      const replay: DeadLetterReplay = j.ok ? { at, by, outcome: 'accepted' } : { at, by, outcome: 'refused', ...j.error };
      const { id = '', port = '' } = rows[i] ?? {};
      return { at, by, action: replayAction, port, item: id, outcome: replay.outcome, details: JSON.stringify(replay) };
    });
    await keepDeeds(deps.warehouse, deeds);
    deps.logger.info(
      { topic, schema, letters: rows.length, accepted: records.length },
      'dead letters of a schema that became known were replayed',
    );
  }
}
