import { isDiskFailure } from './failure.ts';
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

/** Opens what a failed disk left as at any start, and writes anew what a failed sync may have kept from the disk. */
function openAgain(options: LogFileOptions): Parts {
  const parts = openParts(options);
  try {
    parts.upkeep.settle();
    return parts;
  } catch (error) {
    parts.file.close();
    throw error;
  }
}

/**
 * Everything the worker does, one operation at a time. Throws errors of SQLite, the file system or the log. After a failure
 * of the disk nothing is held open, so that it can be mended and mounted again; every operation then tries to open the log.
 */
export function openLogStore(): { run<O extends Operation>(operation: O, request: RequestOf<O>): ReplyOf<O> } {
  let opened: Parts | undefined;
  let wanted: LogFileOptions | undefined;
  const parts = (): Parts => {
    if (!wanted) throw new Error('it is not open');
    opened ??= openAgain(wanted);
    return opened;
  };
  const letGo = (): void => {
    opened?.file.close();
    opened = undefined;
  };
  const catalogNow = ({ catalog }: Parts): ReplyOf<'open'> => ({ topics: catalog.topics(), bounds: [...catalog.bounds()] });
  const handlers: Handlers = {
    open(options) {
      opened = openParts(options);
      wanted = { ...options, logId: opened.file.logId };
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
      letGo();
      wanted = undefined;
      return null;
    },
  };
  return {
    run(operation, request) {
      try {
        return handlers[operation](request);
      } catch (error) {
        if (isDiskFailure(error)) letGo();
        throw error;
      }
    },
  };
}
