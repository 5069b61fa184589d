-- The visits as they were known at a moment: `SELECT … FROM visits_as_of(at = '2026-03-01 08:00:00')`, in UTC.
CREATE VIEW IF NOT EXISTS visits_as_of DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (gone)
FROM
(
    SELECT *
    FROM visit_revisions
    WHERE applied_at <= {at:DateTime64(3, 'UTC')}
    ORDER BY revision DESC
    LIMIT 1 BY port, visit_id
)
WHERE gone = 0;
