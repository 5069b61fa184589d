import type { Filterable } from '@clearquay/domain/stream/filter.ts';
import type { VisitJson } from '@clearquay/domain/visit/visit-json.ts';
import type { VisitUpdate } from '@clearquay/schemas/records.generated.ts';
import { summaryOf } from './summary.ts';

/** How much of a visit a subscriber gets. */
export type View = 'summary' | 'full';

/** What is added to a delta for one session only. */
export interface DeltaExtras {
  /** Revisions that were coalesced into this one. */
  readonly skipped: readonly string[];
  /** The subscriptions that it is for, in a session that has several. */
  readonly subscriptions?: readonly string[] | undefined;
}

/** One revision as the gateway holds it: typed fields to filter by, frames encoded once however many sessions get them. */
export class Update implements Filterable {
  readonly partition: number;
  readonly revision: bigint;
  readonly visitId: string;
  readonly port: string;
  readonly container: string;
  readonly direction: string;
  readonly status: string;
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly calls: readonly string[];
  readonly holds: readonly string[];
  readonly codes: readonly string[];
  /** Names of the fields that changed. */
  readonly changes: readonly string[];
  readonly cause: VisitUpdate['cause'];
  /** The visit was merged into another one and is shown no more. */
  readonly merged: boolean;
  readonly #full: Buffer;
  #summary: Buffer | undefined;

  constructor(partition: number, record: VisitUpdate) {
    this.partition = partition;
    this.revision = BigInt(record.revision);
    this.visitId = record.visitId;
    this.port = record.port;
    this.container = record.container;
    this.direction = record.direction;
    this.status = record.status;
    this.bills = record.bills;
    this.declarations = record.declarations;
    this.bookings = record.bookings;
    this.calls = record.calls;
    this.holds = record.holds;
    this.codes = record.codes;
    this.changes = record.changes;
    this.cause = record.cause;
    this.merged = record.cause === 'merged';
    const { visit, revision, changes, events, supersedes } = record;
    // The texts of the record go into the frame as they are: nothing is parsed to forward a revision.
    this.#full = Buffer.from(
      `{"type":"delta","visit":${visit},"version":"${revision}","changes":${JSON.stringify(changes)},"events":${events}${
        supersedes.length > 0 ? `,"supersedes":${JSON.stringify(supersedes)}` : ''
      }}`,
    );
  }

  /** What it costs to keep, in bytes: the frame, its summary at most as large, and an estimate of the fields beside it. */
  get bytes(): number {
    return 2 * this.#full.length + 1024;
  }

  /** The delta frame as UTF-8 JSON. */
  delta(view: View): Buffer {
    if (view === 'full') return this.#full;
    if (this.#summary) return this.#summary;
    const { visit, ...rest } = JSON.parse(this.#full.toString()) as { type: 'delta'; visit: VisitJson };
    const { type, ...tail } = rest;
    this.#summary = Buffer.from(JSON.stringify({ type, visit: summaryOf(visit), ...tail }));
    return this.#summary;
  }

  /** The delta frame with what concerns one session; the shared frame itself when there is nothing to add. */
  deltaWith(view: View, { skipped, subscriptions }: DeltaExtras): Buffer {
    const shared = this.delta(view);
    if (skipped.length === 0 && !subscriptions) return shared;
    const extras = JSON.stringify({ ...(skipped.length > 0 && { skipped }), ...(subscriptions && { subscriptions }) });
    return Buffer.concat([shared.subarray(0, -1), Buffer.from(`,${extras.slice(1)}`)]);
  }
}
