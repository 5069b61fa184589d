-- The name of the history that this warehouse holds, written once. The port is empty: tables are spread by it.
CREATE TABLE IF NOT EXISTS installation
(
    port LowCardinality(String),
    id String,
    made_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY made_at
SETTINGS non_replicated_deduplication_window = 10000, {durable};
