import { type DeadLetterRow, deadLetterColumns, presentDeadLetter, replaysOfLetters } from '@clearquay/domain/operations/dead-letter.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';

/** One refused message of an event's name. */
interface Refusal {
  /** Id of the dead letter. */
  readonly deadLetter: string;
  readonly refusedAt: string;
  readonly state: string;
  readonly code: string;
  readonly message: string;
  readonly pointer?: string;
  /** What was sent, as far as it can be read. */
  readonly sent?: object;
}

/** What was refused under the name of an event, oldest first. */
export interface Refusals {
  /** Other bodies of the same id. */
  readonly conflicts: readonly Refusal[];
  /** What was wrong in itself. */
  readonly rejections: readonly Refusal[];
}

type Row = DeadLetterRow & { readonly body: string };

const sql = `SELECT ${deadLetterColumns}, base64Encode(d.body) AS body
FROM (SELECT * FROM dead_letters WHERE event_id = {id:String} AND source = {source:String}
  AND ({port:String} = '' OR port IN ({port:String}, '')) LIMIT 1 BY id) AS d
LEFT JOIN ${replaysOfLetters} AS r ON r.item = d.id ORDER BY d.refused_at, d.id LIMIT 100`;

/** Reads the dead letters that name an event, at most 100. */
export async function readRefusals(
  warehouse: Pick<Warehouse, 'query'>,
  codec: RecordCodec,
  name: { readonly source: string; readonly id: string; readonly port: string },
): Promise<Refusals> {
  const rows = await warehouse.query<Row>(sql, { ...name });
  const refusals = rows.map((row): Refusal => {
    const { id, refusedAt, state, code, message, pointer } = presentDeadLetter(row);
    const sent = sentIn(row, codec);
    return { deadLetter: id, refusedAt, state, code, message, ...(pointer !== undefined && { pointer }), ...(sent && { sent }) };
  });
  const [conflicts = [], rejections = []] = [true, false].map((isConflict) =>
    refusals.filter((r) => (r.code === 'CQ_EVENT_CONFLICT') === isConflict),
  );
  return { conflicts, rejections };
}

/** The JSON or the record that a dead letter holds, or nothing when it can be read as neither. */
export function sentIn({ body, topic }: Pick<Row, 'body' | 'topic'>, codec: RecordCodec): object | undefined {
  const bytes = Buffer.from(body, 'base64');
  if (topic !== '') {
    const decoded = codec.decode(topic, bytes);
    return decoded.ok ? decoded.value : undefined;
  }
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
