import { type LogCatalog, openLogCatalog } from './log-catalog.ts';
import { createLogCleanup, type LogCleanup } from './log-cleanup.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { type LogGroups, openLogGroups } from './log-groups.ts';
import { createLogRecords, type LogRecords } from './log-records.ts';
import { createLogUpkeep, type LogUpkeep } from './log-upkeep.ts';
import type { LogFileOptions, Operation, ReplyOf, RequestOf } from './operations.ts';

interface Parts {
  readonly file: LogFile;
  readonly catalog: LogCatalog;
  readonly records: LogRecords;
  readonly groups: LogGroups;
  readonly cleanup: LogCleanup;
  readonly upkeep: LogUpkeep;
}

type Handlers = { readonly [O in Operation]: (request: RequestOf<O>) => ReplyOf<O> };

function openParts(options: LogFileOptions): Parts {
  const file = openLogFile(options);
  try {
    const catalog = openLogCatalog(file);
    const records = createLogRecords(file, catalog);
    records.check();
    const groups = openLogGroups(file, catalog);
    const upkeep = createLogUpkeep(file, catalog, groups);
    return { file, catalog, records, groups, cleanup: createLogCleanup(file, catalog, records), upkeep };
  } catch (error) {
    file.close();
    throw error;
  }
}

function write({ file, catalog, records, groups }: Parts, request: RequestOf<'write'>): ReplyOf<'write'> {
  const offsets = new Float64Array(request.records);
  const refused: number[] = [];
  let ends = new Map<number, number>();
  file.transaction(() => {
    ends = records.insert(request.frames, offsets);
    for (const [stream, end] of ends) catalog.save(stream, { start: catalog.boundsOf(stream).start, end });
    request.commits.forEach((commit, at) => {
      if (groups.isCurrent(commit)) groups.commit(commit);
      else refused.push(at);
    });
  });
  for (const [stream, end] of ends) catalog.moved(stream, { start: catalog.boundsOf(stream).start, end });
  return { offsets: offsets.buffer, ends: [...ends], refused };
}

/** Everything the worker does, one operation at a time. Throws errors of SQLite, the file system or the log. */
export function openLogStore(): { run<O extends Operation>(operation: O, request: RequestOf<O>): ReplyOf<O> } {
  let opened: Parts | undefined;
  const parts = (): Parts => {
    if (!opened) throw new Error('it is not open');
    return opened;
  };
  const catalogNow = ({ catalog }: Parts): ReplyOf<'open'> => ({ topics: catalog.topics(), bounds: [...catalog.bounds()] });
  const handlers: Handlers = {
    open(options) {
      opened = openParts(options);
      return catalogNow(opened);
    },
    ensureTopics(specs) {
      parts().catalog.ensureTopics(specs);
      return catalogNow(parts());
    },
    write: (request) => write(parts(), request),
    read: ({ ranges, maxBytes }) => parts().records.read(ranges, maxBytes),
    bounds: ({ firstStream, partitions }) =>
      parts()
        .catalog.bounds()
        .slice(firstStream, firstStream + partitions),
    newGeneration: (group) => parts().groups.newGeneration(group),
    sweep: ({ nowMs, tombstoneMs }) => parts().cleanup.step(nowMs, tombstoneMs),
    hold: () => parts().upkeep.hold(),
    letGo: () => parts().upkeep.letGo(),
    progress: (request) => parts().upkeep.progress(request),
    rewind: (request) => parts().upkeep.rewind(request),
    fork: () => parts().upkeep.fork(),
    close() {
      opened?.file.close();
      opened = undefined;
      return null;
    },
  };
  return { run: (operation, request) => handlers[operation](request) };
}
