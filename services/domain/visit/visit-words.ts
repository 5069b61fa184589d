import type { CustomsState } from '../clearance/customs-lane.ts';
import { type Table, type Words, w } from '../clearance/words.ts';
import { codeRules, type Direction, type Lane, type Milestone } from '../events/codes.ts';
import type { ClosedAs, EntryStatus, VisitStatus } from './visit.ts';

export const directionWords: Table<Direction> = {
  import: w('进口', 'import'),
  export: w('出口', 'export'),
  transhipment: w('中转', 'transhipment'),
  empty: w('空箱', 'empty'),
};

export const statusWords: Table<VisitStatus> = {
  expected: w('预计', 'expected'),
  open: w('在港', 'in port'),
  closed: w('已结束', 'closed'),
};

/** How a visit ended. */
export const closedAsWords: Table<ClosedAs> = {
  'gated-out': w('已提离', 'gated out'),
  departed: w('已随船离港', 'sailed'),
  stripped: w('已拆箱', 'stripped'),
  returned: w('已退运', 'returned'),
  withdrawn: w('退关提离', 'withdrawn from export'),
  'picked-up': w('空箱已提走', 'picked up empty'),
  unobserved: w('未见结束动态', 'end not observed'),
};

/** What a visit's marks say, and the headings of its lines. */
export const visitWords = {
  guessed: w('推测', 'guessed'),
  onBoard: w('已装船未离港', 'on board, not sailed'),
  offSite: w('场外查验中', 'off site for inspection'),
  full: w('重箱', 'full'),
  empty: w('空箱', 'empty'),
  calls: w('航次', 'calls'),
  bills: w('提单', 'bills'),
  bookings: w('订舱', 'bookings'),
  declarations: w('报关单', 'declarations'),
  hold: w('受控', 'hold'),
  condition: w('注意', 'note'),
  since: w('自', 'since'),
  until: w('至', 'until'),
  waived: w('不影响', 'does not stop '),
  unpaid: w('未结费用', 'charges unpaid'),
  notSeen: w('未见记录', 'not seen'),
  ahead: w('提前', 'ahead by'),
  hours: w('小时', 'h'),
  lastDay: w('至', 'last day'),
  by: w('依据', 'by'),
} as const satisfies Readonly<Record<string, Words>>;

/** What a hold stops, as `acts` and `waives` call it. */
export const actWords: Readonly<Record<string, Words>> = {
  'pick-up': w('提箱', 'pick-up'),
  load: w('装船', 'loading'),
  discharge: w('卸船', 'discharge'),
  sail: w('开航', 'sailing'),
};

/** Whose word a lane is and what about: three of them speak of the goods or the vessel, not of all that the agency does. */
export const laneWords: Table<Lane> = {
  logistics: w('物流', 'logistics'),
  customs: w('海关', 'customs'),
  maritime: w('海事（危险货物）', 'maritime safety (dangerous goods)'),
  quarantine: w('检疫（箱货）', 'quarantine (box and goods)'),
  border: w('边检（船舶）', 'border inspection (vessel)'),
  carrier: w('船公司放货', 'release by the carrier'),
};

/** What every lane may say. `none` means that nothing is on record, not that nothing happened. */
const anyLane = { none: w('无记录', 'nothing on record'), held: w('受控', 'held'), 'not-applicable': w('不涉及', 'not applicable') };

const customs: Table<CustomsState> = {
  ...anyLane,
  seized: w('扣留', 'detained'),
  return: w('责令退运', 'return ordered'),
  revoked: w('放行已撤销', 'release revoked'),
  declared: w('已申报', 'declared'),
  accepted: w('已审结', 'declaration accepted'),
  onward: w('准予监管转运', 'onward move approved'),
  conditional: w('附条件提离', 'conditional release'),
  'port-access': w('准予提离', 'port access granted'),
  released: w('已放行', 'released'),
};

/** The states of the lanes that are no milestones; those of logistics are, but for `expected`. */
export const laneStateWords: Readonly<Record<Lane, Readonly<Record<string, Words>>>> = {
  logistics: { expected: w('尚无动态记录', 'no move on record') },
  customs: { ...anyLane, ...customs },
  maritime: { ...anyLane, declared: w('已申报', 'declared'), rejected: w('已退回', 'rejected'), approved: w('审批通过', 'approved') },
  quarantine: { ...anyLane, conditional: w('冷链监管', 'cold-chain control'), released: w('冷链已出库放行', 'cold-chain release') },
  border: { ...anyLane, 'entry-cleared': w('入境手续已办', 'entry cleared'), 'exit-cleared': w('出境手续已办', 'exit cleared') },
  carrier: { ...anyLane, held: w('扣货', 'held'), released: w('已放货', 'released') },
};

/** Milestones that several codes set, or whose code says more or less than the step, or has no name for it. */
const ownNames: Readonly<Partial<Record<Milestone, Words>>> = {
  'carrier-released': w('船公司放货', 'Released by the carrier'),
  'coldchain-result': w('冷链检测结果', 'Cold-chain test result'),
  'customs-onward': w('准予监管转运', 'Onward move approved'),
  available: w('码头可提箱', 'Available at the terminal'),
  stuffed: w('装箱', 'Stuffed'),
};

/** Every milestone, as the code that sets it is called. */
export const milestoneWords: Readonly<Record<string, Words>> = (() => {
  const words: Record<string, Words> = { ...ownNames };
  for (const { milestone, zh, en } of Object.values(codeRules))
    if (milestone && !Object.hasOwn(words, milestone)) words[milestone] = w(zh, en);
  return words;
})();

/** What became of an entry of a timeline. */
export const entryStatusWords: Table<EntryStatus> = {
  effective: w('有效', 'effective'),
  superseded: w('已更正', 'corrected'),
  cancelled: w('已撤销', 'cancelled'),
  left: w('已脱离', 'no longer linked'),
};
