import type { Filter } from '@clearquay/domain/stream/filter.ts';
import type { TimelineEntryJson, VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { connect } from '@clearquay/sdk/connect.ts';
import { createRestClient, type RestClient } from '@clearquay/sdk/rest.ts';
import { type AccessOptions, serverAccess } from '../server-access.ts';
import { CommandFailure, painter } from '../terminal.ts';
import { concerns, entryLine, type Language } from '../timeline-text.ts';
import { visitLines } from '../visit-text.ts';

export interface WatchOptions extends AccessOptions {
  readonly lang: Language;
  readonly once?: boolean;
}

/** The filter that a subject of the command line means: a container number, or `bill:N`, `declaration:N`, `call:N`, `booking:N`. */
export function filterOf(subject: string): Filter {
  const [type, ...rest] = subject.split(':');
  const id = rest.join(':');
  if (id === '') return { containers: [subject] };
  switch (type) {
    case 'bill':
      return { bills: [id] };
    case 'booking':
      return { bookings: [id] };
    case 'declaration':
      return { declarations: [id] };
    case 'call':
      return { calls: [id] };
    default:
      throw new CommandFailure(`Name a container, or bill:N, booking:N, declaration:N or call:N; ${type}: is none of them.`, 2);
  }
}

/** Keeps the screen: the whole picture on a terminal, only what is new where lines are piped. */
class Screen {
  readonly #shown = new Set<string>();
  readonly #options: WatchOptions;
  readonly #paint = painter(process.stdout);

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Draws visits with their timelines; events that were not there before are marked. */
  draw(visits: readonly { readonly visit: VisitJson; readonly entries: readonly TimelineEntryJson[] }[], state: string): void {
    const isScreen = process.stdout.isTTY === true && !this.#options.once;
    const lines: string[] = [];
    for (const { visit, entries } of visits) {
      const fresh = entries.filter((entry) => !this.#shown.has(this.#keyOf(visit, entry)));
      if (!isScreen && fresh.length === 0) continue;
      lines.push('', ...visitLines(visit, this.#options.lang, this.#paint));
      for (const entry of isScreen ? entries : fresh) {
        const mark = this.#shown.size > 0 && fresh.includes(entry) ? this.#paint('green', '▶') : ' ';
        lines.push(`${mark} ${entryLine(entry, this.#options.lang, this.#paint)}`);
      }
      for (const entry of fresh) this.#shown.add(this.#keyOf(visit, entry));
    }
    if (isScreen) process.stdout.write(`\u001b[2J\u001b[H${this.#paint('dim', state)}\n${lines.join('\n')}\n`);
    else if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  }

  #keyOf(visit: VisitJson, { event, status }: TimelineEntryJson): string {
    return JSON.stringify([visit.visitId, event.source, event.id, status]);
  }
}

const byOpening = (a: VisitJson, b: VisitJson): number =>
  (a.openedAt ?? a.closedAt ?? '9').localeCompare(b.openedAt ?? b.closedAt ?? '9') || a.visitId.localeCompare(b.visitId);

async function withTimelines(
  visits: readonly VisitJson[],
  rest: RestClient,
): Promise<{ visit: VisitJson; entries: readonly TimelineEntryJson[] }[]> {
  const sorted = [...visits].sort(byOpening);
  return Promise.all(
    sorted.map(async (visit) => {
      const { entries } = await rest.getTimeline(visit.visitId);
      return { visit, entries: entries.filter((entry) => concerns(entry, visit)) };
    }),
  );
}

/** Shows the visits of a subject with their timelines and follows them until interrupted. */
export async function watch(subject: string, options: WatchOptions): Promise<void> {
  const filter = filterOf(subject);
  const access = await serverAccess(options, process.env);
  const rest = createRestClient(access);
  const screen = new Screen(options);
  let wake = (): void => {};
  const client = connect({
    ...access,
    subscriptions: [{ id: 'watch', filter, fields: 'full' }],
    onChange: () => wake(),
    onProblem: ({ code, message }) => process.stderr.write(`${code}: ${message}\n`),
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve('stopped'));
  });
  try {
    const first = await Promise.race([client.synced().catch((error: Error) => error), stopped]);
    if (first instanceof Error) throw new CommandFailure(first.message);
    if (first === 'stopped') return;
    if (client.visits('watch').size === 0)
      process.stderr.write(`Nothing is known about ${subject} yet${options.once ? '' : '; waiting'}.\n`);
    for (;;) {
      const changed = new Promise<'changed'>((resolve) => {
        wake = () => resolve('changed');
      });
      const visits = [...client.visits('watch').values()].filter((v): v is VisitJson => 'lanes' in v);
      screen.draw(await withTimelines(visits, rest), `${client.state} · ${subject} · Ctrl-C ends`);
      if (options.once || (await Promise.race([changed, stopped])) === 'stopped') return;
    }
  } finally {
    await client.close();
  }
}
