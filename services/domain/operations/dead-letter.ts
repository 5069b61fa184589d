import type { Warehouse } from '../ports/warehouse.ts';
import type { ProblemCode } from '../problems/problem-codes.ts';

/** A dead letter as the table has it: columns that hold nothing are empty texts. Instants are epoch milliseconds in digits. */
export interface DeadLetterRow {
  readonly id: string;
  readonly refusedAt: string;
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  /** `intake`, `archive`, or the step of the processor. */
  readonly stage: string;
  readonly port: string;
  readonly partner: string;
  readonly rawId: string;
  readonly source: string;
  readonly eventId: string;
  readonly topic: string;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly key: string | null;
  readonly bytes: number;
  /** How its replays ended, newest last: JSON of `DeadLetterReplay`, each as text. */
  readonly replays: readonly string[];
}

/** One replay of a dead letter. */
export interface DeadLetterReplay {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Who asked for it. */
  readonly by: string;
  readonly outcome: 'accepted' | 'refused';
  /** The reason of a refusal. */
  readonly code?: string;
  readonly message?: string;
  readonly pointer?: string;
}

/** The action of a replay in `audit`. */
export const replayAction = 'dead-letter.replay';

/** The columns of `DeadLetterRow`, from `dead_letters AS d LEFT JOIN replaysOfLetters AS r`. */
export const deadLetterColumns = `d.id AS id, toString(toUnixTimestamp64Milli(d.refused_at)) AS refusedAt, d.code AS code, d.message AS message,
  d.pointer AS pointer, d.stage AS stage, d.port AS port, d.partner AS partner, d.raw_id AS rawId, d.source AS source, d.event_id AS eventId,
  d.topic AS topic, d.log_partition AS partition, toString(d.log_offset) AS offset, d.log_key AS key, toUInt32(length(d.body)) AS bytes,
  r.replays AS replays`;

/** The replays by letter, in order of time. */
export const replaysOfLetters = `(SELECT item, arrayMap(r -> r.2, arraySort(groupArray((at, details)))) AS replays
  FROM audit WHERE action = '${replayAction}' GROUP BY item)`;

/** True for a letter of which a replay was accepted. */
export const isReplayed = `arrayExists(r -> JSONExtractString(r, 'outcome') = 'accepted', r.replays)`;

/** Why a letter is refused now: the reason of its last replay, if there was one. */
export const currentCode = `coalesce(nullIf(JSONExtractString(arrayLast(r -> JSONExtractString(r, 'outcome') = 'refused', r.replays), 'code'), ''), d.code)`;

/** Letters with their bytes as base64 that a condition on `dead_letters AS d` finds, refused with `code` now; an order follows. */
export const openLetters = (condition: string, code: ProblemCode): string => `SELECT ${deadLetterColumns}, base64Encode(d.body) AS body
FROM (SELECT * FROM dead_letters AS d WHERE ${condition} LIMIT 1 BY d.id) AS d LEFT JOIN ${replaysOfLetters} AS r ON r.item = d.id
WHERE NOT ${isReplayed} AND ${currentCode} = '${code}'`;

const oneSql = `SELECT ${deadLetterColumns}, base64Encode(d.body) AS body
FROM (SELECT * FROM dead_letters WHERE id = {id:String} LIMIT 1) AS d
LEFT JOIN ${replaysOfLetters.replace('WHERE', 'WHERE item = {id:String} AND')} AS r ON r.item = d.id`;

/** One dead letter with its bytes as base64, or nothing. */
export async function readDeadLetter(
  warehouse: Pick<Warehouse, 'query'>,
  id: string,
): Promise<(DeadLetterRow & { readonly body: string }) | undefined> {
  const [row] = await warehouse.query<DeadLetterRow & { readonly body: string }>(oneSql, { id });
  return row;
}

/** The replays of a row, oldest first. */
export const replaysOf = ({ replays }: Pick<DeadLetterRow, 'replays'>): DeadLetterReplay[] =>
  replays.map((text) => JSON.parse(text) as DeadLetterReplay);

/** A dead letter as people see it: why it is refused now, and whether a replay was accepted. */
export interface DeadLetterJson {
  readonly id: string;
  readonly refusedAt: string;
  readonly state: 'open' | 'replayed';
  readonly code: string;
  readonly message: string;
  readonly pointer?: string;
  readonly stage: string;
  readonly port?: string;
  readonly partner?: string;
  readonly rawId?: string;
  readonly source?: string;
  readonly eventId?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly key?: string;
  /** Length of its original bytes. */
  readonly bytes: number;
  /** Who replayed it, when, and how that ended. */
  readonly replays: readonly (Omit<DeadLetterReplay, 'at'> & { readonly at: string })[];
}

const isoText = (ms: number): string => new Date(ms).toISOString();

/** Presents a row. The reason is that of its last replay, if there was one. */
export function presentDeadLetter(row: DeadLetterRow): DeadLetterJson {
  const replays = replaysOf(row);
  const newest = replays.findLast((r) => r.outcome === 'refused');
  const { code = row.code, message = row.message, pointer = newest ? undefined : row.pointer } = newest ?? {};
  const { id, stage, port, partner, rawId, source, eventId, topic, partition, offset, key, bytes } = row;
  return {
    id,
    refusedAt: isoText(Number(row.refusedAt)),
    state: replays.some((r) => r.outcome === 'accepted') ? 'replayed' : 'open',
    code,
    message,
    ...(pointer && { pointer }),
    stage,
    ...(port && { port }),
    ...(partner && { partner }),
    ...(rawId && { rawId }),
    ...(source && { source }),
    ...(eventId && { eventId }),
    ...(topic && { topic }),
    ...(partition !== null && { partition }),
    ...(offset !== null && { offset: Number(offset) }),
    ...(key !== null && { key }),
    bytes,
    replays: replays.map(({ at, ...replay }) => ({ at: isoText(at), ...replay })),
  };
}
