-- Of a claim the generation of the group in which it was made: who meets the claim of a newer one was passed over.
-- Of a marker 1 when the batch counts as published only once a row `told` has the same revision (decision 0016).
ALTER TABLE batches ADD COLUMN IF NOT EXISTS generation UInt64;
ALTER TABLE batches ADD COLUMN IF NOT EXISTS unconfirmed UInt8;
