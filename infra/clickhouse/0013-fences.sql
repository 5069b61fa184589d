-- Of a marker the fence that its epoch found at the takeover: the newest revision of former owners that counted as told
-- (decision 0025). Rows written before this column name none.
ALTER TABLE batches ADD COLUMN IF NOT EXISTS fence UInt64 DEFAULT 18446744073709551615;
