-- Events of a visit and the subject through which each came.
CREATE TABLE IF NOT EXISTS timeline
(
    container String,
    port LowCardinality(String),
    visit_id String,
    source LowCardinality(String),
    event_id String,
    via_type LowCardinality(String),
    via_id String,
    code LowCardinality(String),
    status LowCardinality(String),
    by String,
    occurred_at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    applied_at DateTime64(3, 'UTC'),
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (container, port, visit_id, source, event_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, {durable};

-- One wide row per visit, the newest revision. `assigned_at` never changes, so a visit never sits in two partitions.
CREATE TABLE IF NOT EXISTS visits
(
    port LowCardinality(String),
    container String,
    visit_id String,
    revision UInt64,
    assigned_at DateTime64(3, 'UTC'),
    applied_at DateTime64(3, 'UTC'),
    direction LowCardinality(String),
    status LowCardinality(String),
    closed_as LowCardinality(String),
    opened_at Nullable(DateTime64(3, 'UTC')),
    closed_at Nullable(DateTime64(3, 'UTC')),
    facility LowCardinality(String),
    size_type LowCardinality(String),
    calls Array(String),
    bills Array(String),
    declarations Array(String),
    bookings Array(String),
    open_holds Array(LowCardinality(String)),
    codes Array(LowCardinality(String)),
    lanes Map(LowCardinality(String), LowCardinality(String)),
    milestones Map(LowCardinality(String), DateTime64(3, 'UTC')),
    findings Array(LowCardinality(String)),
    next_change_at Nullable(DateTime64(3, 'UTC')),
    -- 1 when the visit was merged into another one and is shown no more.
    gone UInt8,
    document String CODEC(ZSTD(3)),
    INDEX bills_bloom bills TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX declarations_bloom declarations TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX bookings_bloom bookings TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX calls_bloom calls TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYYYYMM(assigned_at)
ORDER BY (port, container, visit_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, {durable};

-- The same row at every revision: history and as-of.
CREATE TABLE IF NOT EXISTS visit_revisions AS visits
ENGINE = MergeTree
PARTITION BY toYYYYMM(assigned_at)
ORDER BY (port, visit_id, revision)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, {durable};

-- Thin feed of revisions per log partition.
CREATE TABLE IF NOT EXISTS changes
(
    partition UInt16,
    revision UInt64,
    port LowCardinality(String),
    container String,
    visit_id String,
    cause LowCardinality(String),
    changed Array(LowCardinality(String)),
    events Array(String),
    applied_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (partition, revision)
SETTINGS non_replicated_deduplication_window = 10000, {durable};

-- The marker that a batch is whole, the claims of epochs, and the offsets applied.
CREATE TABLE IF NOT EXISTS batches
(
    partition UInt16,
    revision UInt64,
    epoch UInt64,
    kind LowCardinality(String),
    ranges String,
    events UInt32,
    visits UInt32,
    owner String,
    applied_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (partition, revision)
SETTINGS non_replicated_deduplication_window = 10000, {durable};
