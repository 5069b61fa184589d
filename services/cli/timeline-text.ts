import { detailValueWords, type ToldDetail, toldDetails } from '@clearquay/domain/clearance/detail-words.ts';
import { agencyWords, classifierWords, subjectWords, type Words } from '@clearquay/domain/clearance/words.ts';
import { codeRules, isCode } from '@clearquay/domain/events/codes.ts';
import type { StatusEventJson } from '@clearquay/domain/events/event-json.ts';
import type { TimelineEntryJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { entryStatusWords } from '@clearquay/domain/visit/visit-words.ts';
import { pad, type painter, plain, type Style, width } from './terminal.ts';

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

/** The words of a table for a name, or the name itself when the server knows more than this client. */
export const say = (table: Readonly<Record<string, Words>>, name: string, language: Language): string =>
  (Object.hasOwn(table, name) && table[name]?.[language]) || plain(name);

/** `2026-03-01T09:00:00+08:00` as `03-01 09:00+08:00`: the port's own clock and its offset. */
export const clock = (iso: string): string => plain(`${iso.slice(5, 10)} ${iso.slice(11, 16)}${iso.slice(19).replace(/^\.\d+/, '')}`);

/** A calendar day, `2026-03-06`, as people call it: `3月6日`, `03-06`. */
export const calendarDay = (date: string, language: Language): string =>
  language === 'zh' ? `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日` : date.slice(5, 10);

/** Texts in brackets, as the language sets them; nothing for none. */
export function bracketed(texts: readonly string[], language: Language): string {
  if (texts.length === 0) return '';
  return language === 'zh' ? `（${texts.join('，')}）` : ` (${texts.join(', ')})`;
}

/** The name of a status code. */
const codeName = (code: string, language: Language): string => (isCode(code) ? codeRules[code][language] : plain(code));

/** One attribute of an event with its label and unit; nothing when a reader has no use for its value. */
function detailText({ key, label, unit, unitKey }: ToldDetail, details: Readonly<Record<string, unknown>>, language: Language): string[] {
  const value = details[key];
  if (!['string', 'number', 'boolean'].includes(typeof value)) return [];
  const told = String(value);
  const known = [`${key}:${told}`, told].find((name) => Object.hasOwn(detailValueWords, name));
  if (typeof value === 'boolean' && known === undefined) return [];
  let text = known === undefined ? plain(told) : say(detailValueWords, known, language);
  if (/^\d{4}-\d\d-\d\dT/.test(told)) text = clock(told);
  else if (/^\d{4}-\d\d-\d\d$/.test(told)) text = calendarDay(told, language);
  const measured = [text, unit?.[language] ?? (unitKey !== undefined && details[unitKey] !== undefined && plain(String(details[unitKey])))];
  return [[label?.[language], ...measured].filter(Boolean).join(' ')];
}

/** Other subjects that an event ties, or the call that a paper is told for; the boxes of a paper are a visit each. */
function tiedTo({ code, subject, references }: StatusEventJson, language: Language): string[] {
  const ties = isCode(code) && /link$/.test(codeRules[code].effect);
  return (references ?? []).flatMap(({ type, id, kind }) => {
    const isTold = ties ? type !== 'container' : type === 'call' && subject.type !== 'container';
    return isTold ? [`${say(subjectWords, kind === 'booking' ? kind : type, language)} ${plain(id)}`] : [];
  });
}

/** False for what is said of a vessel call and means nothing to boxes of the direction, such as the cut-offs of an arriving one. */
export function concerns({ event, via }: TimelineEntryJson, { direction }: Pick<VisitJson, 'direction'>): boolean {
  return via.type !== 'call' || !isCode(event.code) || codeRules[event.code].directions.some((d) => d === direction);
}

/** One line about one event: when, who, what, through which subject, from which source, and whether it still counts. */
export function entryLine(entry: TimelineEntryJson, language: Language, paint: ReturnType<typeof painter>): string {
  const { event, via, status, by } = entry;
  const { code, classifier, subject, location } = event;
  const columns = Math.max(...Object.values(agencyWords).map((words) => width(words[language])));
  const who = paint(colours[event.agency] ?? 'dim', pad(say(agencyWords, event.agency, language), columns));
  // Most codes of plans exist as plans only; that one is no actual time matters where it might be.
  const isForecast = classifier !== 'actual' && (!isCode(code) || codeRules[code].classifiers.includes('actual'));
  const name = codeName(code, language);
  const details = toldDetails.flatMap((detail) => {
    const texts = detailText(detail, event.details ?? {}, language);
    return detail.unlessNamed ? texts.filter((text) => !name.toLowerCase().includes(text.toLowerCase())) : texts;
  });
  const marks = new Set([...(isForecast ? [say(classifierWords, classifier, language)] : []), ...details]);
  const what = `${name}${bracketed([...marks], language)}`;
  const place = location?.facility ? ` @ ${plain(location.facility)}` : '';
  const through =
    via.type === 'container'
      ? []
      : [`${say(subjectWords, subject.kind === 'booking' ? subject.kind : via.type, language)} ${plain(via.id)}`];
  const told = [`${clock(event.occurredAt)}  ${who} ${what}${place}`, ...through, ...tiedTo(event, language)].join(' · ');
  const line = `${told} ← ${plain(event.source)}`;
  if (status === 'effective') return isForecast ? paint('dim', line) : line;
  return paint('dim', `${line}  [${say(entryStatusWords, status, language)}${by ? `: ${plain(by)}` : ''}]`);
}
