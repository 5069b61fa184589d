/** The visits of the page, the one that changed last at the end. */
export function createVisits() {
  const entries = new Map();

  const put = (visit) => {
    entries.delete(visit.visitId);
    entries.set(visit.visitId, { visit, latest: latestOf(visit), words: wordsOf(visit) });
  };

  return {
    get size() {
      return entries.size;
    },
    get: (visitId) => entries.get(visitId),
    /** Takes a snapshot in place of everything; the visit with the newest milestone counts as changed last. */
    replace(visits) {
      entries.clear();
      const time = (visit) => Date.parse(latestOf(visit)?.at ?? 0);
      for (const { visit } of visits.map((visit) => ({ visit, at: time(visit) })).sort((a, b) => a.at - b.at)) put(visit);
    },
    /** Takes a revision; false when it is not newer than what is held. */
    apply(visit) {
      const held = entries.get(visit.visitId);
      if (held && BigInt(held.visit.version) >= BigInt(visit.version)) return false;
      put(visit);
      return true;
    },
    remove: (visitId) => entries.delete(visitId),
    /** The newest entries that match a search, at most `limit`, and how many match in all. */
    newest(search, limit) {
      const wanted = search.trim().toLowerCase();
      const matching = wanted === '' ? [...entries.values()] : [...entries.values()].filter((entry) => entry.words.includes(wanted));
      return { shown: matching.slice(-limit).reverse(), matching: matching.length };
    },
  };
}

/** The latest actual milestone: `{milestone, at}`, or nothing. */
function latestOf({ milestones }) {
  let latest;
  for (const [milestone, { actual }] of Object.entries(milestones))
    if (actual && (!latest || Date.parse(actual) > Date.parse(latest.at))) latest = { milestone, at: actual };
  return latest;
}

/** What a search looks through. */
const wordsOf = ({ container, port, facility = '', bills, declarations, bookings, calls }) =>
  [container, port, facility, ...bills, ...declarations, ...bookings, ...calls].join('\n').toLowerCase();
