/**
 * The views that the `analyst` user may read; nothing else is granted. A view that a migration adds belongs here:
 * a test compares this list with the views of a migrated warehouse.
 */
export const analystViews = ['events_flat', 'visits_now', 'visits_as_of', 'dwell'] as const;
