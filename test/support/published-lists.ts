import { loadPublishedLists } from '@clearquay/adapters/runtime/published-lists.ts';

/** The published lists that everything under test reads, as `clearquay up` and `clearquay fold` do. */
export const publishedLists = await loadPublishedLists(new URL('../../seeds/reference/', import.meta.url));
