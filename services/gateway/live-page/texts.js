import { clockTime } from './clock-time.js';
import { words } from './words.js';

/** Every word of the page, in both languages. */
const texts = {
  zh: {
    tagline: '口岸通关物流实时动态',
    otherLanguage: 'English',
    changeKey: '更换密钥',
    keyTitle: '输入访问密钥',
    keyHelp: '密钥只保存在本标签页，关闭后即清除。',
    key: '访问密钥',
    keyRefused: '密钥无效，请检查后重试。',
    open: '进入',
    visits: '集装箱动态',
    search: '搜索',
    searchHint: '箱号、提单、报关单、航次、港口、场站',
    scope: '范围',
    scopeActive: '预计与在港',
    scopeAll: '全部（含已结束）',
    container: '箱号',
    direction: '流向',
    status: '状态',
    latest: '最新动态',
    facility: '港口 / 场站',
    time: '时间',
    close: '关闭',
    none: '—',
    'connection.idle': '未连接',
    'connection.connecting': '正在连接…',
    'connection.loading': '正在加载…',
    'connection.live': '实时',
    'connection.refused': '密钥无效',
    timelineLoading: '正在读取时间线…',
    timelineEmpty: '暂无事件。',
    timelineFailed: '时间线读取失败，请稍后重试。',
    timelineGone: '该记录已不存在，可能已并入其他记录。',
    count: ({ shown, matching, all }) => `显示 ${shown} / 符合 ${matching} / 共 ${all}`,
    held: '（阅读时暂停排序）',
  },
  en: {
    tagline: 'Clearance and logistics of the port, live',
    otherLanguage: '中文',
    changeKey: 'Change key',
    keyTitle: 'Enter your access key',
    keyHelp: 'The key stays in this tab and is gone when you close it.',
    key: 'Access key',
    keyRefused: 'The key is not accepted. Check it and try again.',
    open: 'Open',
    visits: 'Container visits',
    search: 'Search',
    searchHint: 'Container, bill, declaration, call, port, facility',
    scope: 'Show',
    scopeActive: 'Expected and in port',
    scopeAll: 'All, also closed',
    container: 'Container',
    direction: 'Direction',
    status: 'Status',
    latest: 'Latest event',
    facility: 'Port / facility',
    time: 'Time',
    close: 'Close',
    none: '—',
    'connection.idle': 'Not connected',
    'connection.connecting': 'Connecting…',
    'connection.loading': 'Loading…',
    'connection.live': 'Live',
    'connection.refused': 'Key not accepted',
    timelineLoading: 'Reading the timeline…',
    timelineEmpty: 'No events yet.',
    timelineFailed: 'The timeline could not be read. Try again in a moment.',
    timelineGone: 'This visit is no longer there; it may have been merged into another one.',
    count: ({ shown, matching, all }) => `${shown} shown of ${matching} matching, ${all} in all`,
    held: ' (order held while you read)',
  },
};

const remembered = 'clearquay.language';
let language = localStorage.getItem(remembered) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
if (!(language in texts)) language = 'en';

/** The language of the page: `zh` or `en`. */
export const currentLanguage = () => language;

/** A text in the language of the page; a name without a text stands for itself. */
export function text(name, values) {
  const found = texts[language][name] ?? name;
  return typeof found === 'function' ? found(values) : found;
}

/** Writes all fixed texts of the document. */
export function writeTexts() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll('[data-placeholder]')) element.placeholder = text(element.dataset.placeholder);
}

/** Changes to the other language and remembers it. */
export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(remembered, language);
  writeTexts();
}

/** The domain's own word for a name of a table, as the command line says it; an unknown name stands for itself. */
export const wordOf = (table, name) => words[table][name]?.[language] ?? name;

/** What tells an event from others of its code: attributes with their labels and units, as the command line tells them. */
export function detailsOf({ code, details = {} }) {
  const name = wordOf('code', code).toLowerCase();
  return words.details.flatMap(({ key, label, unit, unitKey, unlessNamed }) => {
    const value = details[key];
    if (!['string', 'number', 'boolean'].includes(typeof value)) return [];
    const known = [`${key}:${value}`, `${value}`].find((one) => Object.hasOwn(words.detailValue, one));
    if (typeof value === 'boolean' && !known) return [];
    const told = known ? wordOf('detailValue', known) : /^\d{4}-\d\d-\d\dT/.test(value) ? clockTime(value) : `${value}`;
    if (unlessNamed && name.includes(told.toLowerCase())) return [];
    return [[label?.[language], told, unit?.[language] ?? details[unitKey]].filter(Boolean).join(' ')];
  });
}

/** True when an event of a call means something to boxes of a direction. */
export const concerns = ({ event, via }, { direction }) =>
  via.type !== 'call' || (words.code[event.code]?.directions.includes(direction) ?? true);

/** True when an event of a code may tell what happened, so that a forecast must be told from it. */
export const mayBeActual = (code) => words.code[code]?.classifiers.includes('actual') ?? true;
