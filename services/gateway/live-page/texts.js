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
    'direction.import': '进口',
    'direction.export': '出口',
    'direction.transhipment': '中转',
    'direction.empty': '空箱',
    'status.expected': '预计',
    'status.open': '在港',
    'status.closed': '已结束',
    'agency.customs': '海关',
    'agency.maritime-safety': '海事',
    'agency.border-inspection': '边检',
    'agency.terminal': '码头场站',
    'agency.carrier': '船公司船代',
    'agency.quarantine': '检疫',
    'agency.inland': '内陆',
    'classifier.planned': '计划',
    'classifier.estimated': '预计',
    'entry.superseded': '已更正',
    'entry.cancelled': '已撤销',
    'entry.left': '已脱离',
    'via.container': '集装箱',
    'via.bill': '提单',
    'via.declaration': '报关单',
    'via.call': '航次',
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
    'direction.import': 'Import',
    'direction.export': 'Export',
    'direction.transhipment': 'Transhipment',
    'direction.empty': 'Empty',
    'status.expected': 'Expected',
    'status.open': 'In port',
    'status.closed': 'Closed',
    'agency.customs': 'Customs',
    'agency.maritime-safety': 'Maritime safety',
    'agency.border-inspection': 'Border inspection',
    'agency.terminal': 'Terminal',
    'agency.carrier': 'Carrier',
    'agency.quarantine': 'Quarantine',
    'agency.inland': 'Inland',
    'classifier.planned': 'planned',
    'classifier.estimated': 'estimated',
    'entry.superseded': 'corrected',
    'entry.cancelled': 'cancelled',
    'entry.left': 'no longer linked',
    'via.container': 'container',
    'via.bill': 'bill',
    'via.declaration': 'declaration',
    'via.call': 'call',
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

const names = { code: new Map(), milestone: new Map() };

/** Fetches the names of codes and milestones, which the server knows in both languages. */
export async function loadNames() {
  const response = await fetch('/v1/reference/codes');
  const { codes } = await response.json();
  for (const { code, milestone, zh, en } of codes) {
    names.code.set(code, { zh, en });
    if (milestone && !names.milestone.has(milestone)) names.milestone.set(milestone, { zh, en });
  }
}

/** The name of a `code` or a `milestone`; an unknown one stands for itself. */
export const nameOf = (kind, name) => names[kind].get(name)?.[language] ?? name;
