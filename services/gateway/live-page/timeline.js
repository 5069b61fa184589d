import { clockTime } from './clock-time.js';
import { concerns, detailsOf, mayBeActual, text, wordOf } from './texts.js';

const refreshMs = 1_000;

/** The dialog with the timeline of one visit. `getKey` gives the key for the request. */
export function createTimeline(dialog, getKey) {
  const part = (name) => dialog.querySelector(`#timeline-${name}`);
  let open;
  let entries = [];
  let timer;

  const write = () => {
    if (!open) return;
    part('title').textContent = open.container;
    const ended = open.closedAs ? [wordOf('closedAs', open.closedAs)] : [];
    part('about').textContent = [wordOf('direction', open.direction), wordOf('status', open.status), ...ended, ...open.bills].join(' · ');
    part('entries').replaceChildren(...entries.filter((entry) => concerns(entry, open)).map(entryItem));
  };

  const load = async () => {
    const { visitId } = open;
    const answer = await fetchTimeline(visitId, getKey());
    // Another visit may have been opened meanwhile.
    if (open?.visitId !== visitId) return;
    if (answer.entries) entries = answer.entries;
    part('state').textContent = answer.problem ? text(answer.problem) : entries.length === 0 ? text('timelineEmpty') : '';
    write();
  };

  part('close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    open = undefined;
    clearTimeout(timer);
    timer = undefined;
  });

  return {
    show(visit) {
      open = visit;
      entries = [];
      part('state').textContent = text('timelineLoading');
      write();
      dialog.showModal();
      load();
    },
    /** Reads the timeline again when the visit that it shows has changed, at most once a second. */
    changed(visit) {
      if (open?.visitId !== visit.visitId) return;
      open = visit;
      timer ??= setTimeout(() => {
        timer = undefined;
        if (open) load();
      }, refreshMs);
    },
    rewrite: write,
  };
}

async function fetchTimeline(visitId, key) {
  try {
    const path = `/v1/visits/${encodeURIComponent(visitId)}/timeline`;
    const response = await fetch(path, { headers: { authorization: `Bearer ${key}` } });
    if (response.ok) return await response.json();
    return { problem: response.status === 404 ? 'timelineGone' : 'timelineFailed' };
  } catch {
    return { problem: 'timelineFailed' };
  }
}

function entryItem({ event, via, status }) {
  const item = document.createElement('li');
  if (status !== 'effective') item.className = 'out';
  const time = item.appendChild(document.createElement('time'));
  time.dateTime = event.occurredAt;
  time.textContent = clockTime(event.occurredAt);
  item.append(' ');
  item.appendChild(document.createElement('strong')).textContent = wordOf('code', event.code);
  const marks = [
    ...(event.classifier === 'actual' || !mayBeActual(event.code) ? [] : [wordOf('classifier', event.classifier)]),
    ...detailsOf(event),
    ...(status === 'effective' ? [] : [wordOf('entry', status)]),
  ];
  if (marks.length > 0) item.append(` (${marks.join(', ')})`);
  const about = wordOf('subject', event.subject.kind === 'booking' ? 'booking' : via.type);
  const facts = [wordOf('agency', event.agency), event.source, `${about} ${via.id}`, event.location?.facility];
  item.appendChild(document.createElement('p')).textContent = facts.filter(Boolean).join(' · ');
  return item;
}
