/**
 * A stream is one partition of one topic, numbered through all topics. A record's id is `stream · 2^40 + offset`: the
 * rows of one stream lie together in one B-tree, in offset order, and every id is a safe integer.
 */
const offsetsPerStream = 2 ** 40;

/** Streams that fit beside the offsets in 53 bits: 256 topics of 32 partitions. */
export const maxStreams = 2 ** 13;

/** The row id of a record; `recordId(stream + 1, 0)` is the first id past a stream. */
export const recordId = (stream: number, offset: number): number => stream * offsetsPerStream + offset;

export const streamOf = (id: number): number => Math.floor(id / offsetsPerStream);

export const offsetOf = (id: number): number => id % offsetsPerStream;
