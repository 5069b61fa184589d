import { instant } from '@clearquay/domain/identifiers/instant.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import type { RawInput } from '../http/raw-record.ts';

interface ChunkRow {
  readonly chunks: number;
  readonly partner: string;
  readonly format: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly receivedAt: string;
  readonly body: string;
}

/** An input as it was received, and the format that it was read as; nothing while a part of it is not in the archive. */
export async function readRawMessage(
  rawId: string,
  warehouse: Pick<Warehouse, 'query'>,
): Promise<(RawInput & { readonly format: string }) | undefined> {
  const rows = await warehouse.query<ChunkRow>(
    `SELECT chunks, partner, format, content_type AS contentType, sha256, base64Encode(body) AS body,
  toString(toUnixTimestamp64Milli(received_at)) AS receivedAt
FROM raw_messages WHERE raw_id = {rawId:String} ORDER BY chunk LIMIT 1 BY chunk`,
    { rawId },
  );
  const [first] = rows;
  if (!first || rows.length < first.chunks) return undefined;
  const { partner, format, contentType, sha256, receivedAt } = first;
  return {
    rawId,
    sha256,
    bytes: Buffer.concat(rows.map((r) => Buffer.from(r.body, 'base64'))),
    partner,
    format,
    contentType: contentType || undefined,
    receivedAt: instant(Number(receivedAt)),
  };
}
