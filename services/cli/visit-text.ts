import { freeTimeKinds } from '@clearquay/domain/clearance/deadline.ts';
import {
  agencyWords,
  conditionWords,
  deadlineStateWords,
  deadlineWords,
  findingWords,
  hintWords,
  holdKindWords,
  reasonKindWords,
  shownClockWords,
  subjectWords,
  verdictWords,
} from '@clearquay/domain/clearance/words.ts';
import type { Direction } from '@clearquay/domain/events/codes.ts';
import { ladderSteps, ladders, sideLadders } from '@clearquay/domain/visit/ladders.ts';
import type { DeadlineJson, HoldJson, ReasonJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import {
  actWords,
  closedAsWords,
  directionWords,
  laneStateWords,
  laneWords,
  milestoneWords,
  statusWords,
  visitWords,
} from '@clearquay/domain/visit/visit-words.ts';
import { type painter, plain, type Style } from './terminal.ts';
import { bracketed, calendarDay, clock, type Language, say } from './timeline-text.ts';

type Paint = ReturnType<typeof painter>;

const word = (name: keyof typeof visitWords, language: Language): string => visitWords[name][language];

const between = (language: Language): string => (language === 'zh' ? '：' : ': ');

/** What, where and in which state a box is. */
function titleLine(visit: VisitJson, language: Language, paint: Paint): string {
  const { direction, status, closedAs, facility, sizeType, full } = visit;
  const marks = [
    ...(closedAs ? [say(closedAsWords, closedAs, language)] : []),
    ...(visit.onBoard ? [word('onBoard', language)] : []),
    ...(visit.offSite ? [word('offSite', language)] : []),
  ];
  const guessed = bracketed(visit.directionGuessed ? [word('guessed', language)] : [], language);
  const title = [
    plain(visit.container),
    visit.port,
    `${say(directionWords, direction, language)}${guessed}`,
    `${say(statusWords, status, language)}${bracketed(marks, language)}`,
  ].join('  ');
  // An empty visit has said so.
  const load = full === undefined || direction === 'empty' ? [] : [word(full ? 'full' : 'empty', language)];
  return [paint('bold', title), ...[facility, sizeType].filter((v) => v !== undefined).map(plain), ...load].join('  ');
}

/** How far every agency is; the carrier releases imports only, and an empty may be in port without a step of its ladder. */
function laneLine({ lanes, direction, status }: VisitJson, language: Language): string {
  const stateText = (lane: string, state: string): string => {
    if (lane !== 'logistics') return say(laneStateWords[lane as keyof typeof laneStateWords] ?? {}, state, language);
    return state === 'expected' && status !== state
      ? say(statusWords, status, language)
      : say({ ...milestoneWords, ...laneStateWords.logistics }, state, language);
  };
  return Object.entries(lanes)
    .filter(([lane, state]) => lane !== 'carrier' || state !== 'none' || direction === 'import')
    .map(([lane, state]) => `${say(laneWords, lane, language)}${between(language)}${stateText(lane, state)}`)
    .join(' · ');
}

/** The steps of a visit's ladders: reached ones ticked, those to come with an empty ring, missing ones said to be so. */
function ladderLines(visit: VisitJson, language: Language, paint: Paint): string[] {
  const direction = visit.direction as Direction;
  // What ended otherwise than by its plain move has no next step.
  const goesOn = visit.closedAs === undefined || visit.closedAs === 'gated-out' || visit.closedAs === 'departed';
  const draw = (ladder: (typeof ladders)[Direction]): string =>
    ladderSteps(direction, ladder, (m) => visit.milestones[m]?.actual !== undefined)
      .filter(({ state }) => goesOn || state !== 'ahead')
      .map(({ milestone, state }) => {
        const name = say(milestoneWords, milestone, language);
        if (state === 'reached') return paint('green', `✓ ${name}`);
        return paint('dim', state === 'ahead' ? `○ ${name}` : `? ${name}${bracketed([word('notSeen', language)], language)}`);
      })
      .join(paint('dim', ' → '));
  const papers = sideLadders[direction].map(draw).filter((text) => text !== '');
  return [draw(ladders[direction]), papers.join(paint('dim', ' · '))].filter((line) => line !== '');
}

/** Every reason with what it is about; one that several papers share is said once. */
function reasonTexts(move: string, reasons: readonly ReasonJson[], language: Language): string[] {
  const said = new Map<string, Map<string, string[]>>();
  for (const { code, kind, subject } of reasons) {
    const what = plain(reasonKindWords(code, kind, move)[language]);
    const about = said.get(what) ?? new Map<string, string[]>();
    said.set(what, about);
    if (subject) about.set(subject.type, [...(about.get(subject.type) ?? []), plain(subject.id)]);
  }
  return [...said].map(([what, about]) => {
    const papers = [...about].map(([type, ids]) => `${say(subjectWords, type, language)} ${ids.join(', ')}`);
    return `${what}${bracketed(papers, language)}`;
  });
}

/** May the box move, may the goods of a bill be handed out: each verdict with its reasons, headline first, and what binds or hints. */
function readinessLines(visit: VisitJson, language: Language, paint: Paint): string[] {
  const moves = Object.entries(visit.readiness).map(([move, readiness]) => ({ move, readiness, bills: [] as string[] }));
  const deliveries = Object.entries(visit.deliveries ?? {}).map(([bill, readiness]) => ({
    move: 'delivery',
    readiness,
    bills: [`${say(subjectWords, 'bill', language)} ${plain(bill)}`],
  }));
  return [...moves, ...deliveries].flatMap(({ move, readiness, bills }) => {
    if (!readiness || readiness.verdict === 'not-applicable') return [];
    const isReady = readiness.verdict.startsWith('ready');
    const style: Style = isReady ? 'green' : readiness.verdict === 'unknown' ? 'yellow' : 'red';
    const { readySince } = readiness;
    const since = isReady && readySince ? ` ${paint('dim', `${word('since', language)} ${clock(readySince)}`)}` : '';
    const reasons = reasonTexts(move, readiness.reasons, language);
    const binds = readiness.conditions.map((c) => say(conditionWords, c, language));
    const hints = readiness.hints.map((h) => paint('dim', say(hintWords, h, language)));
    const why = [...reasons, ...binds, ...hints].join(' · ');
    const words = verdictWords[move as keyof typeof verdictWords];
    return [`${paint(style, say(words, readiness.verdict, language))}${bracketed(bills, language)}${since}${why ? `  ${why}` : ''}`];
  });
}

/** One hold: who, what and on what, since when, and what became of it. */
function holdText(hold: HoldJson, language: Language, paint: Paint): string {
  const { agency, kind, subject, placedAt, liftedAt, waivedFrom, waives = [] } = hold;
  // A hold of the carrier or the terminal is called by them.
  const who = kind.startsWith(`${agency}:`) ? [] : [say(agencyWords, agency, language)];
  const what = [...who, plain(holdKindWords(kind)[language])].join(' ');
  const on = `${say(subjectWords, subject.type, language)} ${plain(subject.id)}`;
  const lifted = liftedAt === undefined ? [] : [`${word('until', language)} ${clock(liftedAt)}`];
  const acts = waives.map((act) => say(actWords, act, language)).join(language === 'zh' ? '、' : ', ');
  const waived = waivedFrom === undefined ? [] : [`${word('since', language)} ${clock(waivedFrom)} ${word('waived', language)}${acts}`];
  const text = [what, on, word('since', language), clock(placedAt), ...lifted].join(' ') + bracketed(waived, language);
  return liftedAt === undefined ? paint('red', text) : paint('dim', text);
}

/** Holds with their history, conditions that last and bind no move (a move says so itself), and open charges. */
function burdenLines(visit: VisitJson, language: Language, paint: Paint): string[] {
  const line = (name: 'hold' | 'condition' | 'unpaid', texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : [`${word(name, language)}${between(language)}${texts.join(' · ')}`];
  const binding = Object.values(visit.readiness).flatMap((r) => r?.conditions ?? []);
  const conditions = visit.conditions.flatMap(({ code, since, until, about }) =>
    until === undefined && !binding.includes(code)
      ? [
          `${say(conditionWords, code, language)}${bracketed((about ?? []).map(plain), language)} ${word('since', language)} ${clock(since)}`,
        ]
      : [],
  );
  const open = (visit.account ?? []).flatMap((a) => (Number(a.open) > 0 ? [`${plain(a.open)} ${plain(a.currency)}`] : []));
  return [
    ...line(
      'hold',
      visit.holds.map((h) => holdText(h, language, paint)),
    ),
    ...line('condition', conditions),
    ...line('unpaid', open),
  ];
}

const dayKinds: readonly string[] = [...freeTimeKinds, 'delivery-order'];

/** Until when: free time and validity that end with a day are told by that last day, not by the midnight after it. */
function dueText({ kind, dueAt }: DeadlineJson, language: Language): string {
  if (!dayKinds.includes(kind) || !/T00:00:00(?!\.\d*[1-9])/.test(dueAt)) return clock(dueAt);
  const last = new Date(Date.parse(`${dueAt.slice(0, 10)}T00:00:00Z`) - 1).toISOString();
  return `${word('lastDay', language)}${language === 'zh' ? '' : ' '}${calendarDay(last, language)}`;
}

/** Clocks that have stopped and deadlines that still run or were missed. A clock below zero stopped before it would have started. */
function timeLines(visit: VisitJson, language: Language, paint: Paint): string[] {
  const told = visit.clocks;
  const clocks = Object.entries(told).flatMap(([name, { hours }]) => {
    // The legs of a departure tell it better than their last one, and a full release that was the only one is told already.
    const isSaid =
      (name === 'departure-confirm' && Object.keys(told).some((other) => other.startsWith(`${name}-`))) ||
      (name === 'full-release' && hours === told['clearance-import']?.hours);
    if (hours === undefined || isSaid) return [];
    const ahead = hours < 0 ? `${word('ahead', language)} ` : '';
    return [
      `${plain(shownClockWords(name)[language])}${between(language)}${ahead}${Math.abs(hours).toFixed(2)} ${word('hours', language)}`,
    ];
  });
  const deadlines = visit.deadlines.flatMap((d) => {
    if (d.state !== 'running' && d.state !== 'missed') return [];
    const state = bracketed([say(deadlineStateWords, d.state, language)], language);
    const text = `${say(deadlineWords, d.kind, language)}${between(language)}${dueText(d, language)}${state}`;
    return [paint(d.state === 'missed' ? 'red' : 'dim', text)];
  });
  return [...(clocks.length > 0 ? [paint('dim', clocks.join(' · '))] : []), ...(deadlines.length > 0 ? [deadlines.join(' · ')] : [])];
}

/** What a visit is, whether it may move, where its lanes and ladders stand, its holds, times, papers and findings. */
export function visitLines(visit: VisitJson, language: Language, paint: Paint): string[] {
  const papers = (['calls', 'bills', 'bookings', 'declarations'] as const)
    .filter((name) => visit[name].length > 0)
    .map((name) => `${word(name, language)} ${visit[name].map(plain).join(' ')}`);
  const findings = visit.findings.map((f) =>
    paint(
      f.severity === 'high' ? 'red' : 'yellow',
      `! ${say(findingWords, f.code, language)}${bracketed([`${word('by', language)} ${f.events.map(plain).join(', ')}`], language)}`,
    ),
  );
  return [
    titleLine(visit, language, paint),
    paint('dim', laneLine(visit, language)),
    ...readinessLines(visit, language, paint),
    ...burdenLines(visit, language, paint),
    ...ladderLines(visit, language, paint),
    ...timeLines(visit, language, paint),
    ...(papers.length > 0 ? [paint('dim', papers.join('   '))] : []),
    ...findings,
  ];
}
