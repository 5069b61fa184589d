import type { StatusEvent } from '@clearquay/domain/events/status-event.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { LogRecord } from '@clearquay/domain/ports/event-log.ts';
import type { RecordCodec } from '@clearquay/domain/ports/record-codec.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { type Result, refuse } from '@clearquay/domain/result.ts';
import { decodeRecord } from './steps/decode.ts';
import { judgeDecoded } from './steps/validate.ts';

/** Judges a record of an agency topic as the pipeline does, without applying it: what a replay asks before it appends it again. */
export function createRecordJudge(codec: RecordCodec, ports: PortTable): (record: LogRecord) => Promise<Result<StatusEvent, Problem>> {
  return async (record) => {
    const { value } = record;
    if (!value) return refuse(problem('CQ_AVRO_MALFORMED', 'Send a value.'));
    await codec.learn([value]).catch(() => undefined);
    const decoded = decodeRecord({ ...record, value, offset: 0, timestamp: 0 }, codec);
    return decoded.ok ? judgeDecoded(decoded.value, ports) : decoded;
  };
}
