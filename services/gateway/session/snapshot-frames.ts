import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import { summaryOf } from '../tail/summary.ts';
import type { View } from '../tail/update.ts';
import type { VisitRow } from '../visit-selection.ts';

/** Bounds of one snapshot frame. */
export interface ChunkBounds {
  readonly visits: number;
  readonly bytes: number;
}

/**
 * Packs rows into snapshot frames. Rows that fill a frame give it at once, the rest stays for `last`, so the final
 * frame is the one with the cursor however many there are.
 */
export class SnapshotFrames {
  readonly #id: string;
  readonly #view: View;
  readonly #bounds: ChunkBounds;
  #texts: string[] = [];
  #bytes = 0;

  constructor(id: string, view: View, bounds: ChunkBounds) {
    this.#id = id;
    this.#view = view;
    this.#bounds = bounds;
  }

  /** Adds a row; gives a frame when it did not fit into the one that was being filled. */
  add(row: VisitRow): Buffer | undefined {
    const text = this.#view === 'full' ? row.document : JSON.stringify(summaryOf(JSON.parse(row.document) as VisitJson));
    const bytes = Buffer.byteLength(text);
    const full = this.#texts.length >= this.#bounds.visits || (this.#texts.length > 0 && this.#bytes + bytes > this.#bounds.bytes);
    const frame = full ? this.#take('"last":false') : undefined;
    this.#texts.push(text);
    this.#bytes += bytes;
    return frame;
  }

  /** The final frame, with all that is left. */
  last(cursor: string): Buffer {
    return this.#take(`"last":true,"cursor":"${cursor}"`);
  }

  #take(end: string): Buffer {
    const frame = Buffer.from(`{"type":"snapshot","id":${JSON.stringify(this.#id)},"visits":[${this.#texts.join(',')}],${end}}`);
    this.#texts = [];
    this.#bytes = 0;
    return frame;
  }
}
