-- What analysts read: replacement hidden, grants on views only (SQL SECURITY DEFINER).
CREATE VIEW IF NOT EXISTS events_flat DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT port, subject_type, subject_id, source, event_id, code, agency, action, classifier, occurred_at, received_at, applied_at, quarantined, body
FROM events FINAL;

CREATE VIEW IF NOT EXISTS visits_now DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT * EXCEPT (gone) FROM visits FINAL WHERE gone = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- One row per visit: every milestone, and the plain stays in seconds.
CREATE VIEW IF NOT EXISTS dwell DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT
    port, container, visit_id, direction, status, closed_as, facility, size_type, opened_at, closed_at, milestones,
    if(direction = 'import' AND mapContains(milestones, 'discharged') AND mapContains(milestones, 'gated-out'),
       dateDiff('second', milestones['discharged'], milestones['gated-out']), NULL) AS dwell_import_seconds,
    if(direction = 'export' AND mapContains(milestones, 'gated-in') AND mapContains(milestones, 'loaded'),
       dateDiff('second', milestones['gated-in'], milestones['loaded']), NULL) AS dwell_export_seconds,
    if(direction = 'transhipment' AND mapContains(milestones, 'discharged') AND mapContains(milestones, 'loaded'),
       dateDiff('second', milestones['discharged'], milestones['loaded']), NULL) AS dwell_transhipment_seconds
FROM visits FINAL WHERE gone = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
