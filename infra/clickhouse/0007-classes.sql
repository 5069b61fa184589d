-- How far the box has come under each of its papers, and how many boxes a paper says it has: what the progress of a bill
-- or declaration is counted from. Rows written before these columns count as pending until their next revision.
ALTER TABLE visits ADD COLUMN IF NOT EXISTS bill_classes Map(String, LowCardinality(String));
ALTER TABLE visits ADD COLUMN IF NOT EXISTS declaration_classes Map(String, LowCardinality(String));
ALTER TABLE visits ADD COLUMN IF NOT EXISTS declared_boxes Map(String, UInt32);
ALTER TABLE visit_revisions ADD COLUMN IF NOT EXISTS bill_classes Map(String, LowCardinality(String));
ALTER TABLE visit_revisions ADD COLUMN IF NOT EXISTS declaration_classes Map(String, LowCardinality(String));
ALTER TABLE visit_revisions ADD COLUMN IF NOT EXISTS declared_boxes Map(String, UInt32);
