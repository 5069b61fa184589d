-- When the event of a link statement was applied: what was linked as of a moment. Statements written before this column
-- count as known from the beginning.
ALTER TABLE subjects ADD COLUMN IF NOT EXISTS applied_at DateTime64(3, 'UTC');
