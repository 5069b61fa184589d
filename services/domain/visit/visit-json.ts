import type { StatusEventJson } from '../events/event-json.ts';

/** A visit as everybody outside sees it (`protocol.md`, Reading). Times are ISO 8601 with the offset of the port. */
export interface VisitJson {
  readonly visitId: string;
  /** The revision as a decimal string: strictly increasing per visit; apply when greater. */
  readonly version: string;
  readonly port: string;
  readonly container: string;
  readonly direction: string;
  readonly directionGuessed: boolean;
  readonly status: string;
  readonly onBoard?: true;
  readonly offSite?: true;
  readonly closedAs?: string;
  readonly openedAt?: string;
  readonly closedAt?: string;
  readonly facility?: string;
  readonly sizeType?: string;
  readonly full?: boolean;
  readonly calls: readonly string[];
  readonly bills: readonly string[];
  readonly declarations: readonly string[];
  readonly bookings: readonly string[];
  readonly lanes: Readonly<Record<string, string>>;
  readonly milestones: Readonly<Record<string, MilestoneJson>>;
  readonly holds: readonly never[];
  readonly conditions: readonly never[];
  readonly readiness: Readonly<Record<string, never>>;
  readonly clocks: Readonly<Record<string, never>>;
  readonly deadlines: readonly never[];
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly events: readonly string[] }[];
  readonly nextChangeAt?: string;
}

export interface MilestoneJson {
  readonly actual?: string;
  readonly estimated?: string;
  readonly planned?: string;
  readonly first?: string;
  readonly source: string;
}

/** One entry of a visit's timeline as everybody outside sees it. */
export interface TimelineEntryJson {
  readonly event: StatusEventJson;
  readonly via: { readonly type: string; readonly id: string };
  readonly status: string;
  readonly by?: string;
  readonly receivedAt: string;
  readonly appliedAt: string;
}
