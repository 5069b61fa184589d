import { isUtf8 } from 'node:buffer';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import avsc, { type Type } from 'avsc';

/** Bounds of one datum: items of arrays and maps in all, and records within records. */
export const guardLimits = { maxItems: 100_000, maxDepth: 32 } as const;

/** Thrown inside the walk and turned into a refusal by the codec; `message` names what is wrong. */
export class DatumRefused extends Error {
  readonly code: AvroProblem;

  constructor(message: string, code: AvroProblem = 'CQ_AVRO_MALFORMED') {
    super(message);
    this.code = code;
  }
}

type AvroProblem = Extract<ProblemCode, `CQ_AVRO_${string}`>;

/** The state of one walk over a datum. */
interface Walk {
  readonly bytes: Uint8Array;
  at: number;
  items: number;
  depth: number;
}

const { types } = avsc;

type Step = (walk: Walk) => void;

/** Checks a datum against its schema without building anything, and gives the position of its end. */
export type DatumGuard = (bytes: Uint8Array, from: number) => number;

/**
 * Builds the guard of a schema. The Avro codec trusts the counts that it reads: four bytes can make it allocate
 * for 2^32 items. The guard walks first and throws `DatumRefused` on lengths and counts beyond the remaining
 * bytes or the limits, bad branch and symbol numbers, bad UTF-8, and map keys that would reach a prototype.
 */
export function createDatumGuard(type: Type): DatumGuard {
  const step = stepOf(type, new Map());
  return (bytes, from) => {
    const walk: Walk = { bytes, at: from, items: 0, depth: 0 };
    step(walk);
    return walk.at;
  };
}

function stepOf(type: Type, steps: Map<Type, Step>): Step {
  const known = steps.get(type);
  if (known) return known;
  // A recursive type meets itself while it is being built: the first entry looks the finished step up.
  steps.set(type, (walk) => steps.get(type)?.(walk));
  const step = buildStep(type, steps);
  steps.set(type, step);
  return step;
}

function buildStep(type: Type, steps: Map<Type, Step>): Step {
  if (type instanceof types.RecordType) return recordStep(type.fields.map((field) => stepOf(field.type, steps)));
  if (type instanceof types.ArrayType) return blocksStep(stepOf(type.itemsType, steps));
  if (type instanceof types.MapType) return blocksStep(entryStep(stepOf(type.valuesType, steps)));
  if (type instanceof types.EnumType) return enumStep(type.symbols.length);
  if (type instanceof types.FixedType) return (walk) => skip(walk, type.size);
  if (avsc.Type.isType(type, 'union')) return unionStep(branchesOf(type).map((branch) => stepOf(branch, steps)));
  const scalar = scalarSteps[type.typeName];
  if (!scalar) throw new Error(`no guard for the Avro type ${type.typeName}`);
  return scalar;
}

const branchesOf = (type: Type): readonly Type[] =>
  type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType ? type.types : [];

const scalarSteps: Readonly<Record<string, Step>> = {
  null: () => {},
  boolean: (walk) => {
    if (byte(walk) > 1) throw new DatumRefused('a boolean is neither 0 nor 1');
  },
  int: (walk) => {
    const value = long(walk);
    if (value > 0x7fffffff || value < -0x80000000) throw new DatumRefused('an int is out of range');
  },
  long: (walk) => {
    if (!Number.isSafeInteger(long(walk))) throw new DatumRefused('a long is beyond 2^53');
  },
  float: (walk) => skip(walk, 4),
  double: (walk) => skip(walk, 8),
  bytes: (walk) => skip(walk, long(walk)),
  string: skipText,
};

function recordStep(fields: readonly Step[]): Step {
  return (walk) => {
    if (++walk.depth > guardLimits.maxDepth)
      throw new DatumRefused(`records are nested more than ${guardLimits.maxDepth} deep`, 'CQ_AVRO_LIMIT');
    for (const field of fields) field(walk);
    walk.depth--;
  };
}

function unionStep(branches: readonly Step[]): Step {
  return (walk) => {
    const branch = branches[long(walk)];
    if (!branch) throw new DatumRefused('a union has no such branch');
    branch(walk);
  };
}

function enumStep(symbols: number): Step {
  return (walk) => {
    const symbol = long(walk);
    if (symbol < 0 || symbol >= symbols) throw new DatumRefused('an enum has no such symbol');
  };
}

/** Arrays and maps come in blocks that end with an empty one; a negative count is followed by the block's bytes. */
function blocksStep(item: Step): Step {
  return (walk) => {
    for (let count = long(walk); count !== 0; count = long(walk)) {
      const end = count < 0 ? sizedBlockEnd(walk) : undefined;
      const items = Math.abs(count);
      walk.items += items;
      if (walk.items > guardLimits.maxItems) throw new DatumRefused(`there are more than ${guardLimits.maxItems} items`, 'CQ_AVRO_LIMIT');
      for (let i = 0; i < items; i++) item(walk);
      if (end !== undefined && end !== walk.at) throw new DatumRefused('a block is not as long as it says');
    }
  };
}

function sizedBlockEnd(walk: Walk): number {
  const size = long(walk);
  return walk.at + size;
}

const proto = Buffer.from('__proto__');

function entryStep(value: Step): Step {
  return (walk) => {
    const from = walk.at;
    skipText(walk);
    const key = walk.bytes.subarray(walk.at - proto.length, walk.at);
    if (walk.at - from === proto.length + 1 && proto.equals(key)) throw new DatumRefused('a map key reaches a prototype');
    value(walk);
  };
}

function byte(walk: Walk): number {
  const value = walk.bytes[walk.at++];
  if (value === undefined) throw new DatumRefused('the datum ends early', 'CQ_AVRO_TRUNCATED');
  return value;
}

/** A zigzag number of at most ten bytes; past 2^53 it is only known to be out of range. */
function long(walk: Walk): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const b = byte(walk);
    value += (b & 0x7f) * scale;
    if (b < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    scale *= 128;
  }
  throw new DatumRefused('a number has more than ten bytes');
}

function skip(walk: Walk, length: number): void {
  if (length < 0) throw new DatumRefused('a length is negative');
  if (length > walk.bytes.length - walk.at) throw new DatumRefused('a length is beyond the end', 'CQ_AVRO_TRUNCATED');
  walk.at += length;
}

function skipText(walk: Walk): void {
  const length = long(walk);
  const from = walk.at;
  skip(walk, length);
  for (let at = from; at < walk.at; at++) {
    if ((walk.bytes[at] ?? 0) < 0x80) continue;
    if (!isUtf8(walk.bytes.subarray(from, walk.at))) throw new DatumRefused('a text is not UTF-8');
    return;
  }
}
