import type { DocumentProgress } from '../clearance/document-progress.ts';
import type { PaperTimes } from '../visit/paper-times.ts';
import type { VisitJson } from '../visit/visit-json.ts';
import type { LineFinding } from './event-lines.ts';

/** How many of the boxes of a subject have come how far. */
export interface ProgressJson {
  readonly discharged: number;
  readonly inspected: number;
  readonly released: number;
  readonly gone: number;
}

/** What a subject is tied to: its boxes, its other papers and calls, and the ids of its visits, each list sorted. */
interface LinksJson {
  readonly id: string;
  readonly port: string;
  readonly containers: readonly string[];
  readonly visits: readonly string[];
  readonly boxes: ProgressJson;
}

/** One call with the boxes that came or leave by it; `names` are its other ids (second voyage, call sign). */
export interface CallJson extends LinksJson {
  readonly names: readonly string[];
  readonly bills: readonly string[];
}

/** What `clearquay fold` prints: everything that a file of status events tells, as the API would show it. */
export interface FoldDocument {
  readonly visits: readonly VisitJson[];
  readonly bills: readonly PaperJson[];
  readonly declarations: readonly PaperJson[];
  readonly calls: readonly CallJson[];
  readonly findings: readonly LineFinding[];
}

/** One bill or declaration; the classes of its boxes add up to `n` (`events.md` section 7). */
export interface PaperJson extends LinksJson, DocumentProgress, PaperTimes {
  readonly kind?: string;
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly calls: readonly string[];
}
