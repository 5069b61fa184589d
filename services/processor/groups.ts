import { eventTopics, topics } from '@clearquay/schemas/topics.ts';

/** The consumer group that applies events. */
export const processorGroup = { group: 'clearquay-processor', topics: eventTopics } as const;

/** The consumer group that keeps inputs and refusals as they came. */
export const archiveGroup = { group: 'clearquay-archive', topics: [topics.raw.name, topics.deadLetters.name] } as const;
