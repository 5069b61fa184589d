import { clockTime } from './clock-time.js';
import { currentLanguage, text, wordOf } from './texts.js';

/**
 * The rows of the table by visit. `render` reuses rows and writes only those whose visit or language changed. With
 * `hold` the order stays as it is, so that nothing moves under a pointer.
 */
export function createTable(body) {
  const rows = new Map();
  keepSemantics(body.closest('table'));

  const write = (row, { visit, latest }) => {
    const state = `${visit.version} ${currentLanguage()}`;
    if (row.state === state) return;
    const changed = row.version !== undefined && row.version !== visit.version;
    row.state = state;
    row.version = visit.version;
    const { box, direction, status, latest: last, facility, time } = row.cells;
    box.textContent = visit.container;
    direction.textContent = wordOf('direction', visit.direction);
    status.textContent = wordOf('status', visit.status);
    status.className = `status-${visit.status}`;
    last.textContent = latest ? wordOf('milestone', latest.milestone) : text('none');
    facility.textContent = visit.facility ? `${visit.port} · ${visit.facility}` : visit.port;
    time.textContent = latest ? clockTime(latest.at) : text('none');
    if (latest) time.dateTime = latest.at;
    if (changed) flash(row.element);
  };

  const rowOf = ({ visit }) => {
    const known = rows.get(visit.visitId);
    if (known) return known;
    const row = createRow(visit.visitId);
    rows.set(visit.visitId, row);
    return row;
  };

  return {
    render(entries, { hold, lookup }) {
      if (hold && rows.size > 0) {
        for (const [visitId, row] of rows) {
          const entry = lookup(visitId);
          if (entry) write(row, entry);
        }
        return;
      }
      const wanted = entries.map(rowOf);
      const keep = new Set(wanted);
      for (const [visitId, row] of rows) {
        if (keep.has(row)) continue;
        row.element.remove();
        rows.delete(visitId);
      }
      entries.forEach((entry, i) => {
        const { element } = wanted[i];
        write(wanted[i], entry);
        if (body.children[i] !== element) body.insertBefore(element, body.children[i] ?? null);
      });
    },
  };
}

const roles = { TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TR: 'row', TH: 'columnheader', TD: 'cell' };

/** Says in roles what the elements are: browsers forget it where the narrow layout is no table. */
function keepSemantics(root) {
  for (const element of [root, ...root.querySelectorAll('thead, tbody, tr, th, td')])
    element.setAttribute('role', element.scope === 'row' ? 'rowheader' : roles[element.tagName]);
}

function createRow(visitId) {
  const element = document.createElement('tr');
  element.dataset.visit = visitId;
  const cell = (tag, className) => {
    const created = element.appendChild(document.createElement(tag));
    if (className) created.className = className;
    return created;
  };
  const head = cell('th');
  head.scope = 'row';
  const box = head.appendChild(document.createElement('button'));
  box.type = 'button';
  box.className = 'box';
  const cells = { box, direction: cell('td'), status: cell('td'), latest: cell('td', 'latest'), facility: cell('td', 'facility') };
  const time = cell('td', 'time').appendChild(document.createElement('time'));
  keepSemantics(element);
  element.addEventListener('animationend', () => element.classList.remove('fresh'));
  return { element, cells: { ...cells, time }, version: undefined, state: undefined };
}

/** Marks a row that changed; a row that is still marked goes on as it is. */
const flash = (element) => element.classList.add('fresh');
