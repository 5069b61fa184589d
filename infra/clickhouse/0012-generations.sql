-- The generation of the group in which an epoch was claimed: who meets the claim of a newer one was passed over. 0 in markers.
ALTER TABLE batches ADD COLUMN IF NOT EXISTS generation UInt64;
