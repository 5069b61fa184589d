-- Input byte for byte, in chunks; a repeated delivery of a chunk replaces itself.
CREATE TABLE IF NOT EXISTS raw_messages
(
    port LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    raw_id String,
    chunk UInt32,
    chunks UInt32,
    partner LowCardinality(String),
    format LowCardinality(String),
    content_type LowCardinality(String),
    sha256 FixedString(64),
    findings String CODEC(ZSTD(3)),
    body String CODEC(ZSTD(3)),
    INDEX raw_id_bloom raw_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (port, received_at, raw_id, chunk)
SETTINGS non_replicated_deduplication_window = 10000, {durable};

-- Refused input with its reason, whole.
CREATE TABLE IF NOT EXISTS dead_letters
(
    id String,
    refused_at DateTime64(3, 'UTC'),
    code LowCardinality(String),
    message String,
    pointer String,
    stage LowCardinality(String),
    port LowCardinality(String),
    partner LowCardinality(String),
    raw_id String,
    topic LowCardinality(String),
    log_partition Nullable(UInt16),
    log_offset Nullable(UInt64),
    body String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
ORDER BY (refused_at, id)
SETTINGS non_replicated_deduplication_window = 10000, {durable};
