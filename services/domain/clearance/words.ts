import type { Agency, Classifier, Reference } from '../events/status-event.ts';
import type { FindingCode } from '../visit/visit.ts';
import type { ClockName } from './clock.ts';
import type { ConditionCode } from './condition.ts';
import type { DeadlineKind, DeadlineState } from './deadline.ts';
import type { HoldFamily } from './hold-rules.ts';
import type { Hint, JudgedMove, ReasonCode, Verdict } from './readiness.ts';

/** One thing in the two languages of the product. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** Words of every name of a kind: a new name does not compile until it has them. */
export type Table<K extends string> = Readonly<Record<K, Words>>;

export const w = (zh: string, en: string): Words => ({ zh, en });

/** The words of a table for a name, or the name itself. */
const find = (table: Readonly<Record<string, Words>>, name: string): Words => (Object.hasOwn(table, name) && table[name]) || w(name, name);

const verdicts = (zh: string, en: string): Table<Verdict> => ({
  ready: w(`可${zh}`, `ready for ${en}`),
  'ready-with-conditions': w(`附条件可${zh}`, `ready for ${en} with conditions`),
  'not-ready': w(`不可${zh}`, `not ready for ${en}`),
  unknown: w(`可否${zh}无法判断`, `${en} undecided`),
  'not-applicable': w(`${zh}不适用`, `${en} not applicable`),
});

/** Every verdict of readiness on every move (`events.md` section 6), as the quay says it: 可提箱, 不可装船. */
export const verdictWords: Readonly<Record<JudgedMove, Table<Verdict>>> = {
  pickup: verdicts('提箱', 'pick-up'),
  loading: verdicts('装船', 'loading'),
  emptyPickup: verdicts('提空箱', 'empty pick-up'),
  delivery: verdicts('交付', 'delivery'),
};

/** Every reason, as the tables of section 6 call it. */
export const reasonWords: Table<ReasonCode> = {
  'already-left': w('已提离', 'already left'),
  'already-loaded': w('已装船', 'already loaded'),
  'not-discharged': w('未卸船', 'not discharged'),
  'not-stripped': w('未拆箱', 'not stripped'),
  'evidence-conflict': w('证据冲突', 'evidence in conflict'),
  'manifest-not-accepted': w('舱单未接受', 'manifest not accepted by customs'),
  'no-declaration': w('未报关', 'no declaration'),
  'customs-not-released': w('海关未放行', 'not released by customs'),
  'customs-hold': w('海关查扣', 'customs hold'),
  'maritime-hold': w('海事扣留', 'maritime safety hold'),
  'quarantine-hold': w('检疫留置', 'quarantine hold'),
  'border-hold': w('边检查验', 'border inspection hold'),
  'carrier-hold': w('船公司扣货', 'carrier hold'),
  'terminal-hold': w('码头扣箱', 'terminal hold'),
  'inland-hold': w('内陆扣箱', 'inland hold'),
  'dangerous-goods-not-approved': w('危险货物未获批', 'dangerous goods not approved by maritime safety'),
  'carrier-not-released': w('未放货', 'not released by the carrier'),
  'delivery-order-expired': w('提货单过期', 'delivery order expired'),
  'eir-missing': w('无设备交接单', 'no equipment interchange receipt'),
  'fees-unpaid': w('费用未结清', 'charges of the terminal unpaid'),
  'source-silent': w('数据源静默', 'source silent'),
  'no-call': w('无出运航次', 'no vessel call to leave by'),
  'call-omitted': w('航次取消', 'call omitted'),
  'not-in-port': w('未进港', 'not in port'),
  'arrival-not-accepted': w('运抵未接受', 'arrival report not accepted by customs'),
  'onward-not-approved': w('中转未批准', 'transhipment not approved by customs'),
  'vgm-missing': w('未报核实总重（VGM）', 'verified gross mass missing'),
  'vessel-held': w('船舶受控', 'vessel held'),
  'cutoff-missed': w('已过截关', 'cut-off missed'),
  'no-release-order': w('无放箱指令', 'no release order of the carrier'),
  'other-cargo-in-box': w('箱内其他货物未结', 'other cargo in the box'),
};

/** Every condition (sections 5, 6, 8 and 11). */
export const conditionWords: Table<ConditionCode> = {
  'supervised-warehouse-only': w('仅可提至监管仓', 'to a supervised warehouse only'),
  'inspection-site-only': w('仅可提至查验场', 'to the inspection site only'),
  'no-sale-or-use': w('不得销售使用', 'not to be sold or used'),
  'under-customs-control': w('海关监管下转运', 'onward under customs control'),
  'destination-inspection': w('目的地检查', 'inspection at destination'),
  'ship-side': w('船边直提', 'ship-side pick-up'),
  'direct-load': w('抵港直装', 'direct loading on arrival'),
  'inspection-mode:load-while-inspect': w('边装边检', 'inspect while loading'),
  'inspection-mode:release-then-inspect': w('先放后检', 'release first, inspect later'),
  'inspection-mode:inspect-on-discharge': w('即卸即检', 'inspect on discharge'),
  'inspection-mode:pre-scan': w('先期机检', 'advance scanning'),
  'inspection-mode:by-the-way': w('顺势监管', 'inspection on the way'),
  'filing-rejected': w('退单', 'filing rejected'),
  'short-landed': w('短卸', 'short-landed'),
  'over-landed': w('溢卸', 'over-landed'),
  damaged: w('残损', 'damaged'),
  'seal-mismatch': w('封志不符', 'seals differ'),
  'weight-mismatch': w('重量不符', 'weights differ'),
  'seal-broken': w('封志破损', 'seal broken'),
  discrepancy: w('溢短残损', 'discrepancy'),
  'reefer-out-of-range': w('冷箱温度超限', 'reefer out of range'),
};

/** Every hold of the table of section 5, without its variety. */
export const holdWords: Table<HoldFamily> = {
  documents: w('补交单证', 'documents required'),
  inspection: w('布控查验', 'inspection'),
  irregularity: w('查验异常', 'irregularity found'),
  sample: w('取样送检', 'sample at the laboratory'),
  'release-revoked': w('撤销放行', 'release revoked'),
  seizure: w('海关扣留', 'detained by customs'),
  return: w('责令退运', 'return ordered'),
  'empty-inspection': w('空箱查验', 'empty box inspection'),
  'dg-opening': w('开箱查验', 'opening for dangerous goods'),
  'dg-case': w('调查处理', 'dangerous goods case'),
  'vessel-detention': w('船舶滞留', 'vessel detained'),
  'border-vessel': w('边检扣船查验', 'vessel held by border inspection'),
  'quarantine-vessel': w('船舶检疫留置', 'vessel held in quarantine'),
  treatment: w('检疫处理', 'quarantine treatment'),
  'cold-chain-positive': w('冷链检测阳性', 'cold-chain test positive'),
  carrier: w('船公司扣货', 'carrier hold'),
  terminal: w('码头扣箱', 'terminal hold'),
};

/** The varieties of holds that the catalogue names; others are shown as they are told. */
export const varietyWords: Readonly<Record<string, Words>> = {
  ip: w('知识产权', 'intellectual property'),
  smuggling: w('走私', 'smuggling'),
  safety: w('安全', 'safety'),
  freight: w('运费', 'freight'),
  document: w('单证', 'documents'),
  recall: w('提货单收回', 'delivery order recalled'),
  fee: w('费用', 'charges'),
  damage: w('残损', 'damage'),
  equipment: w('设备', 'equipment'),
  other: w('其他', 'other'),
};

/** The words of a hold's kind as it is shown: `seizure:ip` gives both its parts. */
export function holdKindWords(kind: string): Words {
  const [family = '', variety] = kind.split(':');
  const words = Object.hasOwn(holdWords, family) ? holdWords[family as HoldFamily] : w(family, family);
  if (variety === undefined) return words;
  const more = varietyWords[variety] ?? w(variety, variety);
  return w(`${words.zh}（${more.zh}）`, `${words.en} (${more.en})`);
}

/** Every finding. */
export const findingWords: Table<FindingCode> = {
  'opening-not-observed': w('未见开始动态', 'beginning not observed'),
  'closed-unobserved': w('未见结束动态', 'end not observed'),
  'direction-guessed': w('方向为推测', 'direction guessed'),
  'direction-conflict': w('方向冲突', 'direction in conflict'),
  'time-conflict': w('时间冲突', 'times in conflict'),
  'call-conflict': w('航次冲突', 'calls in conflict'),
  'call-unregistered': w('航次未登记，可能为同一航次的进出口航次号', 'voyages unregistered: perhaps the two of one call'),
  'count-conflict': w('箱数冲突', 'box counts in conflict'),
  'lift-without-hold': w('无扣留而解除', 'lift without a hold'),
  'wrong-agency': w('非扣留机构解除', 'lifted by another agency'),
  'left-under-hold': w('未放行或扣留中提离', 'left under a hold or without release'),
  'release-without-manifest': w('无舱单放行', 'released without a manifest'),
  'terminal-disagrees': w('码头状态不一致', 'terminal disagrees'),
  'fee-not-listed': w('清单外收费', 'charge not on the published list'),
  'fee-waived': w('收取已免除费用', 'charge for a waived item'),
};

/** Every clock of section 9. */
export const clockWords: Table<ClockName> = {
  'clearance-import': w('进口整体通关时间', 'import clearance time'),
  'full-release': w('至完全放行时间', 'time to full release'),
  'clearance-export': w('出口整体通关时间', 'export clearance time'),
  'declare-wait': w('申报等待时间', 'wait for the declaration'),
  'customs-processing': w('海关作业时间', 'customs processing'),
  'inspection-move': w('查验调箱时间', 'move to inspection'),
  'inspection-wait': w('查验等待时间', 'wait for inspection'),
  'inspection-work': w('查验作业时间', 'inspection work'),
  'inspection-total': w('查验总时间', 'inspection in all'),
  lab: w('实验室检测时间', 'laboratory time'),
  'customs-hold': w('海关查扣时间', 'customs hold time'),
  'maritime-hold': w('海事扣留时间', 'maritime safety hold time'),
  'border-hold': w('边检查验时间', 'border inspection hold time'),
  'quarantine-hold': w('检疫留置时间', 'quarantine hold time'),
  'terminal-hold': w('码头扣箱时间', 'terminal hold time'),
  'carrier-hold': w('船公司扣货时间', 'carrier hold time'),
  'discharge-to-release': w('卸船至放行', 'discharge to release'),
  'release-to-gate-out': w('放行至提离', 'release to gate-out'),
  'dwell-import': w('进口在港时间', 'import dwell'),
  'dwell-export': w('出口在港时间', 'export dwell'),
  'dwell-transhipment': w('中转在港时间', 'transhipment dwell'),
  'dwell-empty': w('空箱在场时间', 'empty dwell'),
  'off-site': w('场外查验时间', 'off site for inspection'),
  'ship-side': w('船边直提时间', 'ship-side pick-up'),
  detention: w('用箱时间', 'box in use'),
  'vessel-stay': w('船舶在泊时间', 'vessel at berth'),
  'border-lead': w('靠泊至边检入境手续', 'berthing to border entry'),
  'border-lag': w('边检出境手续至离泊', 'border exit to departure'),
  'departure-confirm': w('离港确认时间', 'departure confirmation'),
  'onward-rail': w('铁路运输时间', 'rail transit'),
};

/** The legs of a departure that are confirmed each, shown as `departure-confirm-main`. */
export const legWords: Readonly<Record<string, Words>> = {
  inland: w('内陆段', 'inland leg'),
  feeder: w('支线段', 'feeder leg'),
  main: w('干线段', 'main leg'),
};

/** The words of a clock as it is shown: a leg of a departure gives both its parts. */
export function shownClockWords(name: string): Words {
  const [, family = '', leg = ''] = /^(departure-confirm)-(.+)$/.exec(name) ?? [];
  if (leg === '') return find(clockWords, name);
  const [clock, of] = [find(clockWords, family), find(legWords, leg)];
  return w(`${clock.zh}（${of.zh}）`, `${clock.en} (${of.en})`);
}

/** Every deadline of section 10. */
export const deadlineWords: Table<DeadlineKind> = {
  'gate-in': w('截港', 'gate-in cut-off'),
  documents: w('截单', 'documents cut-off'),
  vgm: w('核实总重（VGM）截止', 'VGM cut-off'),
  'customs-release': w('截关', 'customs cut-off'),
  'dangerous-goods': w('危险货物截止', 'dangerous goods cut-off'),
  storage: w('免堆期', 'free storage time'),
  detention: w('免箱期', 'free detention time'),
  'reefer-power': w('冷箱免费供电期', 'free reefer power'),
  relocation: w('调箱作业时限', 'relocation time limit'),
  'pick-up': w('提箱作业时限', 'pick-up time limit'),
  'rail-yard-move': w('铁路场站作业时限', 'rail yard move time limit'),
  'import-declaration': w('进口申报期限', 'import declaration'),
  'complete-declaration': w('完整申报期限', 'complete declaration'),
  tally: w('理货报告期限', 'tally report'),
  'pre-stowage-manifest': w('预配舱单期限', 'pre-stowage manifest'),
  'delivery-order': w('提货单有效期', 'delivery order validity'),
};

/** How a deadline stands. */
export const deadlineStateWords: Table<DeadlineState> = {
  running: w('未到期', 'running'),
  met: w('按时完成', 'met'),
  missed: w('已逾期', 'missed'),
  void: w('作废', 'void'),
};

/** Every agency of the port. */
export const agencyWords: Table<Agency> = {
  customs: w('海关', 'Customs'),
  'maritime-safety': w('海事', 'Maritime safety'),
  'border-inspection': w('边检', 'Border inspection'),
  terminal: w('码头场站', 'Terminal'),
  carrier: w('船公司船代', 'Carrier'),
  quarantine: w('检疫', 'Quarantine'),
  inland: w('内陆', 'Inland'),
};

/** What a reason or an event is about. */
export const subjectWords: Table<Reference['type'] | 'booking'> = {
  container: w('箱', 'box'),
  bill: w('提单', 'bill'),
  booking: w('订舱', 'booking'),
  declaration: w('报关单', 'declaration'),
  call: w('航次', 'call'),
  truck: w('车', 'truck'),
  seal: w('封志', 'seal'),
};

/** A time that is no actual one. */
export const classifierWords: Table<Exclude<Classifier, 'actual'>> = {
  planned: w('计划', 'planned'),
  estimated: w('预计', 'estimated'),
};

/** A box that arrived under an accepted manifest waits for another one to leave by. */
const outgoingManifest = w('出运航次预配舱单未接受', 'pre-stowage manifest for the call not accepted by customs');

/** A reason against a move with its kind: which hold, which cut-off, whose silence. */
export function reasonKindWords(code: string, kind?: string, move?: string): Words {
  const reason = move === 'loading' && code === 'manifest-not-accepted' ? outgoingManifest : find(reasonWords, code);
  if (kind === undefined) return reason;
  if (code === 'cutoff-missed') {
    const cutoff = find(deadlineWords, kind);
    return w(`已过${cutoff.zh}`, `${cutoff.en} missed`);
  }
  if (code === 'source-silent') {
    const agency = find(agencyWords, kind);
    return w(`${agency.zh}${reason.zh}`, `${reason.en} (${agency.en})`);
  }
  const [family = '', variety] = kind.split(':');
  // A hold of the carrier or the terminal is named by its variety alone: the reason has said the rest.
  const more = variety !== undefined && code === `${family}-hold` ? find(varietyWords, variety) : holdKindWords(kind);
  return w(`${reason.zh}：${more.zh}`, `${reason.en}: ${more.en}`);
}

/** Every hint. */
export const hintWords: Table<Hint> = {
  'no-appointment': w('未预约', 'no appointment'),
  'free-time-ended': w('免费期已过', 'free time has ended'),
  'advance-declared': w('已提前申报', 'declared in advance'),
};
