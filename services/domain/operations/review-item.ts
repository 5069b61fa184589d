import type { StatusEventJson } from '../events/event-json.ts';
import { reviewSource, type StatusEvent } from '../events/status-event.ts';
import type { Instant } from '../identifiers/instant.ts';
import type { Warehouse } from '../ports/warehouse.ts';

/** Why something waits for a person: a time out of range, two bodies under one event id, or a correction of what nobody reported. */
export const reviewKinds = ['quarantined', 'conflict', 'replacement'] as const;
export type ReviewKind = (typeof reviewKinds)[number];

/** What a person decides: the event counts as it was sent, or it does not. */
export type Decision = 'confirm' | 'dismiss';

/** Something that waits for a person, or waited. Columns that hold nothing are empty texts. */
export interface ReviewRow {
  /** Also the id of the event by which a confirmation is made. */
  readonly id: string;
  readonly kind: ReviewKind;
  /** Epoch milliseconds in digits. */
  readonly since: string;
  readonly port: string;
  readonly source: string;
  readonly eventId: string;
  /** The event that waits as JSON; of one in conflict base64 of its record. */
  readonly body: string;
  /** Of one in conflict: where its record lies, and its key. */
  readonly topic: string;
  readonly partition: number | null;
  readonly key: string | null;
  /** JSON of `ReviewDecision`, or empty. */
  readonly decision: string;
  /** 1 when the decision has come into effect. */
  readonly settled: number;
}

/** What was decided, by whom, when and why. */
export interface ReviewDecision {
  readonly decision: Decision;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

/** The action of a decision in `audit`. */
export const reviewAction = 'review.decide';

/** Accepted events that wait; one of the `answers` about them settles them. */
const acceptedSql = (kind: ReviewKind, answers: string, waits: string): string => `SELECT
  concat('${kind}-', substring(lower(hex(SHA256(concat(port, '/', source, '/', event_id)))), 1, 32)) AS id,
  '${kind}' AS kind, toUnixTimestamp64Milli(received_at) AS since, port, source, event_id AS eventId, body, '' AS topic,
  CAST(NULL AS Nullable(UInt16)) AS partition, CAST(NULL AS Nullable(String)) AS key,
  (port, source, event_id) IN (SELECT port, replaces_source, replaces_id FROM events WHERE action IN (${answers})) AS answered
FROM events WHERE ${waits} ORDER BY events.revision LIMIT 1 BY id`;

const quarantinedSql = acceptedSql('quarantined', "'correct', 'cancel', 'confirm'", 'quarantined = 1');

// Corrections find their target among the events of their subject.
const replacementSql = acceptedSql(
  'replacement',
  "'cancel', 'confirm'",
  `action = 'correct' AND quarantined = 0 AND (port, subject_type, subject_id, replaces_source, replaces_id) NOT IN (
    SELECT port, subject_type, subject_id, source, event_id FROM events
    WHERE event_id IN (SELECT replaces_id FROM events WHERE action = 'correct'))`,
);

const conflictSql = `SELECT concat('conflict-', id) AS id, 'conflict' AS kind, toUnixTimestamp64Milli(refused_at) AS since, port, source,
  event_id AS eventId, base64Encode(body) AS body, topic, log_partition AS partition, log_key AS key,
  concat('conflict-', dead_letters.id) IN (SELECT event_id FROM events WHERE source = '${reviewSource}') AS answered
FROM dead_letters WHERE code = 'CQ_EVENT_CONFLICT' AND topic != '' LIMIT 1 BY id`;

/**
 * Everything that waited for a person, with what was decided. A quarantined event that its source corrected, cancelled
 * or had confirmed is settled; so is what was dismissed. A correction whose target came after all never waited.
 */
export const reviewSql = `SELECT r.id AS id, r.kind AS kind, r.since AS since_ms, toString(since_ms) AS since, r.port AS port, r.source AS source,
  r.eventId AS eventId, r.body AS body, r.topic AS topic, r.partition AS partition, r.key AS key, a.decision AS decision,
  toUInt8(r.answered OR JSONExtractString(a.decision, 'decision') = 'dismiss') AS settled
FROM ((${quarantinedSql}) UNION ALL (${replacementSql}) UNION ALL (${conflictSql})) AS r
LEFT JOIN (SELECT item, argMin(details, at) AS decision FROM audit WHERE action = '${reviewAction}' GROUP BY item) AS a ON a.item = r.id`;

/** One item by its id, also a settled one; nothing when nothing of that id ever waited. */
export async function readReviewItem(warehouse: Pick<Warehouse, 'query'>, id: string): Promise<ReviewRow | undefined> {
  const [row] = await warehouse.query<ReviewRow>(`SELECT * FROM (${reviewSql}) WHERE id = {id:String}`, { id });
  return row;
}

/** The decision of an item, when there is one. */
export const decisionOf = ({ decision }: Pick<ReviewRow, 'decision'>): ReviewDecision | undefined =>
  decision === '' ? undefined : (JSON.parse(decision) as ReviewDecision);

/** What a review adds to the details of an event that it makes. */
const reviewed = (event: StatusEvent, { by, reason }: ReviewDecision): StatusEvent['details'] => ({
  ...event.details,
  review: { by, reason },
});

/**
 * The event by which a person lets in another one that its time, or the lack of what it corrects, kept out: it repeats
 * what that one says. The same item and decision give the same event.
 */
export const confirmationOf = (id: string, target: StatusEvent, decision: ReviewDecision): StatusEvent => ({
  ...target,
  id,
  source: reviewSource,
  action: 'confirm',
  replaces: { source: target.source, id: target.id },
  recordedAt: decision.at,
  details: reviewed(target, decision),
});

/**
 * The correction by which a person puts the second body of an event id in the place of the first. Nothing for a
 * cancellation: there is nothing to correct in one.
 */
export const correctionOf = (id: string, second: StatusEvent, decision: ReviewDecision): StatusEvent | undefined =>
  second.action === 'cancel' || second.source === reviewSource
    ? undefined
    : {
        ...second,
        id,
        source: reviewSource,
        action: 'correct',
        replaces: { source: second.source, id: second.id },
        recordedAt: decision.at,
        details: reviewed(second, decision),
      };

/** An item as people see it. */
export interface ReviewItemJson {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly since: string;
  readonly state: 'waiting' | 'settled';
  readonly port: string;
  readonly source: string;
  readonly eventId: string;
  /** What waits, as far as it can be read. */
  readonly event?: object;
  /** Of a conflict: what stands. */
  readonly standing?: StatusEventJson;
  readonly decision?: Omit<ReviewDecision, 'at'> & { readonly at: string };
}
