import { followStream } from './stream.js';
import { createTable } from './table.js';
import { switchLanguage, text, writeTexts } from './texts.js';
import { createTimeline } from './timeline.js';
import { createVisits } from './visits.js';

const keyName = 'clearquay.key';
const maxRows = 200;
const scopes = { active: { statuses: ['expected', 'open'] }, all: {} };

const byId = (id) => document.getElementById(id);
const visits = createVisits();
const body = byId('rows');
const table = createTable(body);
const timeline = createTimeline(byId('timeline'), () => sessionStorage.getItem(keyName));
let stopStream = () => {};
let connection = 'idle';
let framePending = false;
let renderedSearch;

/** Draws at most once per animation frame, however many revisions came. */
function draw() {
  if (framePending) return;
  framePending = true;
  requestAnimationFrame(() => {
    framePending = false;
    const search = byId('search').value;
    const { shown, matching } = visits.newest(search, maxRows);
    // Rows do not move under a pointer or away from the focus; a new search is asked for, so it moves them.
    const hold = search === renderedSearch && (body.matches(':hover') || body.contains(document.activeElement));
    renderedSearch = search;
    table.render(shown, { hold, lookup: visits.get });
    byId('count').textContent = text('count', { shown: shown.length, matching, all: visits.size }) + (hold ? text('held') : '');
  });
}

function showConnection(state) {
  if (state) connection = state;
  const element = byId('connection');
  // Written only when it differs, so that it is announced only then.
  const words = text(`connection.${connection}`);
  if (element.textContent !== words) element.textContent = words;
  element.dataset.state = connection;
}

function follow(key) {
  stopStream();
  byId('key-form').hidden = true;
  byId('board').hidden = false;
  byId('forget-key').hidden = false;
  stopStream = followStream(key, scopes[byId('scope').value], {
    onState: showConnection,
    onSnapshot: (all) => {
      visits.replace(all);
      // A fresh snapshot may lack rows that a held order would go on showing.
      renderedSearch = undefined;
      draw();
    },
    onDelta: (visit) => {
      if (!visits.apply(visit)) return;
      timeline.changed(visit);
      draw();
    },
    onRemoved: (visitId) => {
      visits.remove(visitId);
      draw();
    },
    onRefused: () => askForKey('keyRefused'),
  });
}

function askForKey(problem) {
  stopStream();
  sessionStorage.removeItem(keyName);
  visits.replace([]);
  renderedSearch = undefined;
  draw();
  byId('board').hidden = true;
  byId('forget-key').hidden = true;
  byId('key-form').hidden = false;
  byId('key-problem').textContent = problem ? text(problem) : '';
  showConnection(problem ? 'refused' : 'idle');
  byId('key').value = '';
  byId('key').focus();
}

/** The key out of `#key=…`, which a browser never sends; it is taken out of the address at once. */
function takeKeyFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) return;
  sessionStorage.setItem(keyName, key);
  history.replaceState(null, '', location.pathname + location.search);
}

function start() {
  takeKeyFromAddress();
  const key = sessionStorage.getItem(keyName);
  if (key) follow(key);
  else askForKey();
}

function openTimeline({ target }) {
  const visitId = target.closest('tr')?.dataset.visit;
  const entry = visitId && visits.get(visitId);
  if (entry) timeline.show(entry.visit);
}

function changeLanguage() {
  switchLanguage();
  writeLanguage();
}

function writeLanguage() {
  writeTexts();
  byId('language').textContent = text('otherLanguage');
  byId('language').lang = document.documentElement.lang === 'zh' ? 'en' : 'zh';
  showConnection();
  timeline.rewrite();
  renderedSearch = undefined;
  draw();
}

byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const key = byId('key').value.trim();
  if (!key) return;
  sessionStorage.setItem(keyName, key);
  follow(key);
});
byId('language').addEventListener('click', changeLanguage);
byId('forget-key').addEventListener('click', () => askForKey());
byId('search').addEventListener('input', draw);
byId('scope').addEventListener('change', () => follow(sessionStorage.getItem(keyName)));
body.addEventListener('click', openTimeline);
body.addEventListener('mouseleave', draw);
body.addEventListener('focusout', draw);
addEventListener('hashchange', () => location.hash.includes('key=') && start());

writeLanguage();
start();
