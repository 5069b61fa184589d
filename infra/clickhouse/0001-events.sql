-- Every accepted status event once: the first one stands, so the row with the lowest revision is kept.
CREATE TABLE IF NOT EXISTS events
(
    port LowCardinality(String),
    subject_type LowCardinality(String),
    subject_id String,
    source LowCardinality(String),
    event_id String,
    code LowCardinality(String),
    agency LowCardinality(String),
    action LowCardinality(String),
    classifier LowCardinality(String),
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    applied_at DateTime64(3, 'UTC'),
    quarantined UInt8,
    replaces_source String,
    replaces_id String,
    body_hash String,
    revision UInt64,
    standing UInt64 MATERIALIZED 18446744073709551615 - revision,
    body String CODEC(ZSTD(3)),
    INDEX event_id_bloom event_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(standing)
ORDER BY (port, subject_type, subject_id, source, event_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, {durable};

-- Link statements from both ends: which subjects a subject was ever linked to or unlinked from, and when.
CREATE TABLE IF NOT EXISTS subjects
(
    port LowCardinality(String),
    type LowCardinality(String),
    id String,
    linked_type LowCardinality(String),
    linked_id String,
    source LowCardinality(String),
    event_id String,
    op LowCardinality(String),
    relation LowCardinality(String),
    agency LowCardinality(String),
    at DateTime64(3, 'UTC'),
    -- 1 on the row whose (type, id) is the `from` end of the statement.
    forward UInt8,
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (port, type, id, linked_type, linked_id, source, event_id, op)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, {durable};
