/**
 * Every error code that leaves this system, in one closed table. `retriable` tells a client that the same
 * request may succeed later. Transport status codes are decided where the transport is (see `adapters/runtime`).
 */
export const problemCodes = {
  CQ_BODY_TOO_LARGE: { retriable: false, title: 'The body is over the limit' },
  CQ_JSON_INVALID: { retriable: false, title: 'The body is not valid JSON' },
  CQ_REQUEST_INVALID: { retriable: false, title: 'The request does not have the documented shape' },
  CQ_MEDIA_TYPE: { retriable: false, title: 'The content type is not accepted here' },
  CQ_NOT_FOUND: { retriable: false, title: 'There is nothing here that you may see' },
  CQ_UNAUTHORIZED: { retriable: false, title: 'A valid key is needed' },
  CQ_INTERNAL: { retriable: true, title: 'The request failed inside; nothing was acknowledged' },
  CQ_UNAVAILABLE: { retriable: true, title: 'A needed part is not available now' },
  CQ_LOG_FULL: { retriable: true, title: 'The event log has no space left' },
  CQ_EVENT_SHAPE: { retriable: false, title: 'The status event does not have the documented shape' },
  CQ_EVENT_ID: { retriable: false, title: 'The event id or source is missing or too long' },
  CQ_CODE_UNKNOWN: { retriable: false, title: 'The status code is not in the catalogue' },
  CQ_CODE_SUBJECT: { retriable: false, title: 'The status code does not speak about this type of subject' },
  CQ_CODE_CLASSIFIER: { retriable: false, title: 'The status code does not come with this classifier' },
  CQ_AGENCY_MISMATCH: { retriable: false, title: 'The agency does not publish this status code' },
  CQ_CONTAINER_FORMAT: { retriable: false, title: 'The container number is not an ISO 6346 number' },
  CQ_CONTAINER_CHECK_DIGIT: { retriable: false, title: 'The check digit of the container number is wrong' },
  CQ_SUBJECT_ID: { retriable: false, title: 'The identifier of the subject is not usable' },
  CQ_REFERENCE: { retriable: false, title: 'A reference is not usable' },
  CQ_PORT_UNKNOWN: { retriable: false, title: 'The port is missing or not a known UN/LOCODE' },
  CQ_TIME_INVALID: { retriable: false, title: 'The time is not an ISO 8601 instant with an offset' },
  CQ_REPLACES_MISSING: { retriable: false, title: 'A correction or cancellation names no target' },
  CQ_EVENT_CONFLICT: { retriable: false, title: 'The same event id came with another body; the first stands' },
  CQ_AVRO_MALFORMED: { retriable: false, title: 'The Avro bytes do not fit their schema' },
  CQ_AVRO_TRAILING: { retriable: false, title: 'Bytes are left after the Avro datum' },
  CQ_SCHEMA_UNKNOWN: { retriable: false, title: 'The schema id or magic byte is unknown' },
  CQ_TOO_LARGE: { retriable: false, title: 'The key or the headers of the record are over the limit' },
  CQ_KEY_MISSING: { retriable: false, title: 'The record has no key' },
  CQ_FORMAT_UNKNOWN: { retriable: false, title: 'The message is in no format that is known here' },
  CQ_EDIFACT_NO_MESSAGE: { retriable: false, title: 'The interchange holds no message' },
  CQ_EDIFACT_TRUNCATED: { retriable: false, title: 'The input ends inside a message' },
  CQ_EDIFACT_NESTED: { retriable: false, title: 'A new interchange begins inside an open message' },
  CQ_EDIFACT_LIMIT: { retriable: false, title: 'A segment, element, count or message is over its cap' },
  CQ_EDIFACT_SEPARATORS: { retriable: false, title: 'The separators are not usable' },
  CQ_UNDECODABLE: { retriable: false, title: 'The bytes are in no accepted character set' },
  CQ_SENDER_UNKNOWN: { retriable: false, title: 'The sender of the message is not known' },
  CQ_FRAME_INVALID: { retriable: false, title: 'The frame does not have the documented shape' },
  CQ_LIMIT: { retriable: false, title: 'A limit of this connection is reached' },
  CQ_CURSOR_INVALID: { retriable: false, title: 'The cursor is not one of this server' },
} as const satisfies Record<`CQ_${string}`, { retriable: boolean; title: string }>;

/** A stable error code. */
export type ProblemCode = keyof typeof problemCodes;
