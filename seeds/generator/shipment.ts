import type { Party, Reference, Subject } from '@clearquay/domain/events/status-event.ts';
import { forwarders, traders } from '../reference/demo-names.ts';
import type { DayContext } from './day-context.ts';
import { dealDeck } from './deck.ts';
import { craneSlot, type VesselCall } from './vessel-call.ts';

/** A thing that is both spoken about and referred to. */
export type Ref = Subject & Reference;

/** What is in the boxes of a bill. */
type Cargo = 'dry' | 'reefer' | 'cold-chain' | 'dangerous' | 'groupage' | 'timber';

/** How customs deals with an import bill. */
export type ImportCourse =
  | 'plain'
  | 'documents'
  | 'inspected'
  | 'failed'
  | 'sampled'
  | 'two-step'
  | 'transfer'
  | 'revoked'
  | 'seized'
  | 'returned'
  | 'withdrawn'
  | 'ship-side'
  | 'short-landed';

/** How an export bill gets on board. */
export type ExportCourse = 'plain' | 'documents' | 'inspected' | 'direct-load' | 'inland' | 'shut-out' | 'withdrawn' | 'revoked';

/** One box of a bill; `moveAt` is its slot at the crane, in milliseconds. */
export interface Box {
  readonly ref: Ref;
  readonly sizeType: string;
  readonly seal: Reference;
  readonly moveAt: number;
}

/** One bill with its boxes on one call. */
export interface Shipment<Course extends string = string> {
  readonly bill: Ref;
  readonly boxes: readonly Box[];
  readonly call: VesselCall;
  readonly cargo: Cargo;
  readonly course: Course;
  readonly parties: readonly Party[];
}

/** A declaration number as a subject. */
export const declarationRef = (id: string): Ref => ({ type: 'declaration', id });

/** Shares of cargo among bills, import and export alike; the rest is dry. */
const cargoShares = { reefer: 0.05, 'cold-chain': 0.04, dangerous: 0.035, groupage: 0.05, timber: 0.015 };

/** Shares of courses among import bills. One box of a chosen bill is inspected: with exports 3 to 5 of 100 boxes. */
const importShares = {
  documents: 0.03,
  inspected: 0.05,
  failed: 0.004,
  sampled: 0.012,
  'two-step': 0.08,
  transfer: 0.003,
  revoked: 0.003,
  seized: 0.002,
  returned: 0.0015,
  withdrawn: 0.004,
  'ship-side': 0.04,
  'short-landed': 0.002,
} satisfies Partial<Record<ImportCourse, number>>;

/** Shares of courses among export bills. */
const exportShares = {
  documents: 0.01,
  inspected: 0.03,
  'direct-load': 0.03,
  inland: 0.03,
  'shut-out': 0.01,
  withdrawn: 0.003,
  revoked: 0.002,
} satisfies Partial<Record<ExportCourse, number>>;

const drySizes = ['22G1', '42G1', '45G1', '45G1'];

/** A box with a new number. */
export function newBox(ctx: DayContext, sizeType: string, moveAt: number): Box {
  return {
    ref: { type: 'container', id: ctx.numbers.container() },
    sizeType,
    seal: { type: 'seal', id: ctx.numbers.seal() },
    moveAt,
  };
}

/** A size-type that suits a cargo. */
const sizeFor = (ctx: DayContext, cargo: Cargo): string =>
  cargo === 'reefer' || cargo === 'cold-chain' ? '45R1' : ctx.random.pick(drySizes);

/** The trader and the declarant of one bill. */
export function partiesOf(ctx: DayContext, role: 'consignee' | 'shipper'): readonly Party[] {
  const trader = ctx.random.pick(traders);
  const forwarder = ctx.random.pick(forwarders);
  return [
    { role, code: trader.code, name: trader.en },
    { role: 'declarant', code: forwarder.code, name: forwarder.en },
  ];
}

/** How many boxes a bill has: mostly one. */
function billSize(ctx: DayContext, cargo: Cargo): number {
  if (cargo === 'groupage') return 1;
  const draw = ctx.random.next();
  return draw < 0.74 ? 1 : draw < 0.88 ? 2 : 3 + ctx.random.int(3);
}

/**
 * Shares a number of boxes out to bills and the bills to calls that are not omitted (`onto` chooses), with
 * cargo and course dealt by the decks. Each box takes the next crane slot of its call.
 */
function plan<Course extends string>(
  ctx: DayContext,
  boxes: number,
  calls: readonly VesselCall[],
  role: 'consignee' | 'shipper',
  plain: Course,
  shares: Partial<Record<Course, number>>,
): Shipment<Course>[] {
  const expected = Math.ceil(boxes / 1.6);
  const cargos = dealDeck<Cargo>(ctx.random, expected, 'dry', cargoShares);
  const courses = dealDeck<Course>(ctx.random, expected, plain, shares);
  const out: Shipment<Course>[] = [];
  for (let left = boxes, i = 0; left > 0; i++) {
    const course = courses[i] ?? plain;
    const call = ctx.random.pick(calls);
    const dealt = cargos[i] ?? 'dry';
    const cargo = course === 'ship-side' || (course !== plain && dealt === 'groupage') ? 'dry' : dealt;
    const single =
      course === 'seized' || course === 'returned' || course === 'short-landed' || course === 'transfer' || course === 'withdrawn';
    const size = single ? 1 : Math.min(left, billSize(ctx, cargo));
    const sizeType = sizeFor(ctx, cargo);
    left -= size;
    out.push({
      bill: { type: 'bill', id: ctx.numbers.bill(call.carrier.code), kind: 'master' },
      boxes: Array.from({ length: size }, () => newBox(ctx, sizeType, craneSlot(ctx, call))),
      call,
      cargo,
      course,
      parties: partiesOf(ctx, role),
    });
  }
  return out;
}

/** Import bills of the day; omitted calls bring nothing. */
export const planImports = (ctx: DayContext, boxes: number, calls: readonly VesselCall[]): Shipment<ImportCourse>[] =>
  plan<ImportCourse>(ctx, boxes, calls, 'consignee', 'plain', importShares);

/** Export bills of the day. */
export const planExports = (ctx: DayContext, boxes: number, calls: readonly VesselCall[]): Shipment<ExportCourse>[] =>
  plan<ExportCourse>(ctx, boxes, calls, 'shipper', 'plain', exportShares);
