import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { partitionCount } from '@clearquay/domain/stream/partition.ts';
import type { Positions } from '@clearquay/domain/stream/revision.ts';
import { createSeal } from './seal.ts';

/** Writes and reads resume cursors: opaque, signed vectors {partition → revision}. */
export interface CursorCodec {
  encode(positions: Positions): string;
  /** Refuses everything that a server with the same secret did not write: `CQ_CURSOR_INVALID`. */
  decode(text: string): Result<Positions, Problem>;
}

const purpose = 'stream-cursor';
const layout = 1;
const entryBytes = 10;

/** Layout 1: one byte of layout, then per partition two bytes of number and eight of revision, in order of number. */
export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const seal = createSeal(secret);
  return {
    encode(positions) {
      const entries = [...positions].sort(([a], [b]) => a - b);
      const bytes = Buffer.alloc(1 + entries.length * entryBytes);
      bytes[0] = layout;
      entries.forEach(([partition, revision], i) => {
        bytes.writeUInt16BE(partition, 1 + i * entryBytes);
        bytes.writeBigUInt64BE(revision, 3 + i * entryBytes);
      });
      return seal.close(purpose, bytes);
    },
    decode(text) {
      const bytes = seal.open(purpose, text);
      const positions = bytes && readPositions(bytes);
      return positions ? ok(positions) : refuse(problem('CQ_CURSOR_INVALID', 'Send a cursor that this server gave, unchanged, or none.'));
    },
  };
}

function readPositions(bytes: Buffer): Positions | undefined {
  if (bytes[0] !== layout || (bytes.length - 1) % entryBytes !== 0) return undefined;
  const positions = new Map<number, bigint>();
  let last = -1;
  for (let at = 1; at < bytes.length; at += entryBytes) {
    const partition = bytes.readUInt16BE(at);
    if (partition <= last || partition >= partitionCount) return undefined;
    positions.set(partition, bytes.readBigUInt64BE(at + 2));
    last = partition;
  }
  return positions;
}
