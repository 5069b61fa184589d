-- The subject of the event that makes a link statement: whether the statement counts is known there. Statements written
-- before these columns count as their `from` end's.
ALTER TABLE subjects ADD COLUMN IF NOT EXISTS speaker_type LowCardinality(String);
ALTER TABLE subjects ADD COLUMN IF NOT EXISTS speaker_id String;
