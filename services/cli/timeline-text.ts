import {
  agencyWords,
  clockWords,
  conditionWords,
  deadlineStateWords,
  deadlineWords,
  findingWords,
  hintWords,
  reasonKindWords,
  subjectWords,
  verdictWords,
  type Words,
} from '@clearquay/domain/clearance/words.ts';
import type { Direction } from '@clearquay/domain/events/codes.ts';
import { codeRules, isCode } from '@clearquay/domain/events/codes.ts';
import { ladderSteps, ladders, sideLadders } from '@clearquay/domain/visit/ladders.ts';
import type { ReasonJson, TimelineEntryJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { pad, type painter, plain, type Style } from './terminal.ts';

export type Language = 'en' | 'zh';

/** The colour of an agency's lane. */
const colours: Readonly<Record<string, Style>> = {
  customs: 'blue',
  'maritime-safety': 'cyan',
  'border-inspection': 'magenta',
  terminal: 'green',
  carrier: 'yellow',
  quarantine: 'cyan',
  inland: 'green',
};

const words = {
  import: { en: 'import', zh: '进口' },
  export: { en: 'export', zh: '出口' },
  transhipment: { en: 'transhipment', zh: '中转' },
  empty: { en: 'empty', zh: '空箱' },
  expected: { en: 'expected', zh: '预计' },
  open: { en: 'in port', zh: '在港' },
  closed: { en: 'closed', zh: '已结束' },
  bills: { en: 'bills', zh: '提单' },
  declarations: { en: 'declarations', zh: '报关单' },
  calls: { en: 'calls', zh: '航次' },
  bookings: { en: 'bookings', zh: '订舱' },
  guessed: { en: 'guessed', zh: '推测' },
} as const;

const word = (name: string, language: Language): string => (name in words ? words[name as keyof typeof words][language] : plain(name));

/** `2026-03-01T09:00:00+08:00` as `03-01 09:00+08:00`: the port's own clock and its offset. */
const clock = (iso: string): string => `${iso.slice(5, 10)} ${iso.slice(11, 16)}${iso.slice(19).replace(/^\.\d+/, '')}`;

/** The name of a status code. */
export const codeName = (code: string, language: Language): string => (isCode(code) ? codeRules[code][language] : plain(code));

/** The steps of a visit's ladders: reached ones plain, missing ones marked, those to come pale. */
function ladderLines(visit: VisitJson, paint: ReturnType<typeof painter>): string[] {
  const direction = visit.direction as Direction;
  const drawn = [ladders[direction], sideLadders[direction]].map((ladder) =>
    ladderSteps(ladder, (m) => visit.milestones[m]?.actual !== undefined)
      .map(({ milestone, state }) =>
        state === 'reached' ? paint('green', milestone) : paint('dim', state === 'ahead' ? milestone : `(${milestone}?)`),
      )
      .join(paint('dim', ' → ')),
  );
  return drawn.filter((line) => line !== '');
}

/** The words of a table for a name, or the name itself when the server knows more than this client. */
const say = (table: Readonly<Record<string, Words>>, name: string, language: Language): string => table[name]?.[language] ?? plain(name);

const moves: Readonly<Record<string, Words>> = {
  pickup: { en: 'pick-up', zh: '提箱' },
  loading: { en: 'loading', zh: '装船' },
  emptyPickup: { en: 'empty pick-up', zh: '提空箱' },
};

/** Every reason with what it is about; one that several papers share is said once. */
function reasonTexts(reasons: readonly ReasonJson[], language: Language): string[] {
  const said = new Map<string, Map<string, string[]>>();
  for (const { code, kind, subject } of reasons) {
    const what = plain(reasonKindWords(code, kind)[language]);
    const about = said.get(what) ?? new Map<string, string[]>();
    said.set(what, about);
    if (subject) about.set(subject.type, [...(about.get(subject.type) ?? []), plain(subject.id)]);
  }
  return [...said].map(([what, about]) =>
    [what, ...[...about].map(([type, ids]) => `${say(subjectWords, type, language)} ${ids.join(', ')}`)].join(' '),
  );
}

/** May the box move: the verdict of each move with every reason, headline first, and what binds or hints. */
function readinessLines(visit: VisitJson, language: Language, paint: ReturnType<typeof painter>): string[] {
  return Object.entries(visit.readiness).flatMap(([move, readiness]) => {
    if (!readiness || readiness.verdict === 'not-applicable') return [];
    const style: Style = readiness.verdict.startsWith('ready') ? 'green' : readiness.verdict === 'unknown' ? 'yellow' : 'red';
    const reasons = reasonTexts(readiness.reasons, language);
    const binds = readiness.conditions.map((c) => say(conditionWords, c, language));
    const hints = readiness.hints.map((h) => say(hintWords, h, language));
    const why = [...reasons, ...binds, ...hints.map((h) => paint('dim', h))].join(' · ');
    return [`${say(moves, move, language)}: ${paint(style, say(verdictWords, readiness.verdict, language))}${why ? `  ${why}` : ''}`];
  });
}

/** Clocks that have stopped and deadlines that still run or were missed. */
function timeLines(visit: VisitJson, language: Language, paint: ReturnType<typeof painter>): string[] {
  const clocks = Object.entries(visit.clocks).flatMap(([name, c]) =>
    c.hours === undefined ? [] : [`${say(clockWords, name, language)} ${c.hours.toFixed(2)} ${language === 'zh' ? '小时' : 'h'}`],
  );
  const deadlines = visit.deadlines.flatMap((d) =>
    d.state === 'running' || d.state === 'missed'
      ? [
          paint(
            d.state === 'missed' ? 'red' : 'dim',
            `${say(deadlineWords, d.kind, language)} ${clock(d.dueAt)} ${say(deadlineStateWords, d.state, language)}`,
          ),
        ]
      : [],
  );
  return [...(clocks.length > 0 ? [paint('dim', clocks.join(' · '))] : []), ...(deadlines.length > 0 ? [deadlines.join(' · ')] : [])];
}

/** What a visit is, whether it may move, where its lanes and ladders stand, its times, papers and findings. */
export function visitLines(visit: VisitJson, language: Language, paint: ReturnType<typeof painter>): string[] {
  const guessed = visit.directionGuessed ? ` (${word('guessed', language)})` : '';
  const title = `${plain(visit.container)}  ${visit.port}  ${word(visit.direction, language)}${guessed}  ${word(visit.status, language)}`;
  const place = [visit.facility, visit.sizeType].filter((v) => v !== undefined).map(plain);
  const lanes = Object.entries(visit.lanes).map(([lane, state]) => `${lane} ${state}`);
  const papers = (['calls', 'bills', 'bookings', 'declarations'] as const)
    .filter((name) => visit[name].length > 0)
    .map((name) => `${word(name, language)} ${visit[name].map(plain).join(' ')}`);
  const findings = visit.findings.map((f) =>
    paint(f.severity === 'high' ? 'red' : 'yellow', `! ${say(findingWords, f.code, language)} (${f.events.map(plain).join(', ')})`),
  );
  return [
    [paint('bold', title), ...place].join('  '),
    paint('dim', lanes.join(' · ')),
    ...readinessLines(visit, language, paint),
    ...ladderLines(visit, paint),
    ...timeLines(visit, language, paint),
    ...(papers.length > 0 ? [paint('dim', papers.join('   '))] : []),
    ...findings,
  ];
}

/** One line about one event: when, who, what, through which subject, and whether it still counts. */
export function entryLine(entry: TimelineEntryJson, language: Language, paint: ReturnType<typeof painter>): string {
  const { event, via } = entry;
  const who = pad(say(agencyWords, event.agency, language), 17);
  const through = via.type === 'container' ? '' : ` · ${say(subjectWords, via.type, language)} ${plain(via.id)}`;
  const place = event.location?.facility ? ` @ ${plain(event.location.facility)}` : '';
  const classifier = event.classifier === 'actual' ? '' : ` (${event.classifier})`;
  const line = `${clock(event.occurredAt)}  ${paint(colours[event.agency] ?? 'dim', who)} ${codeName(event.code, language)}${classifier}${place}${through}`;
  return entry.status === 'effective' ? line : paint('dim', `${line}  [${entry.status}${entry.by ? ` by ${plain(entry.by)}` : ''}]`);
}
