-- What a refused record says it is, so that an event finds its refusals; the key of the record, so that it can be replayed.
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS source String;
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS event_id String;
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS log_key Nullable(String);
ALTER TABLE dead_letters ADD INDEX IF NOT EXISTS id_bloom id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE dead_letters ADD INDEX IF NOT EXISTS event_id_bloom event_id TYPE bloom_filter(0.001) GRANULARITY 1;

-- What people did by hand: who, when, to what, with what outcome and why. The port is that of the item's own row.
CREATE TABLE IF NOT EXISTS audit
(
    at DateTime64(3, 'UTC'),
    by String,
    action LowCardinality(String),
    port LowCardinality(String),
    item String,
    outcome LowCardinality(String),
    reason String,
    details String CODEC(ZSTD(3))
)
ENGINE = MergeTree
ORDER BY (action, item, at)
SETTINGS non_replicated_deduplication_window = 10000, {durable};

-- Where the visits of one event are looked for.
ALTER TABLE timeline ADD INDEX IF NOT EXISTS event_id_bloom event_id TYPE bloom_filter(0.001) GRANULARITY 1;

-- The offset of the record on its agency's topic that an event came with; -1 in rows written before this column.
ALTER TABLE events ADD COLUMN IF NOT EXISTS log_offset Int64 DEFAULT -1;

-- The same event with the same body again: one row per record.
CREATE TABLE IF NOT EXISTS event_repeats
(
    port LowCardinality(String),
    source LowCardinality(String),
    event_id String,
    log_offset Int64,
    received_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (port, source, event_id, log_offset)
SETTINGS non_replicated_deduplication_window = 10000, {durable};
