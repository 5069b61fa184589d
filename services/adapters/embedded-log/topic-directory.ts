import { EventLogError } from '@clearquay/domain/ports/event-log-error.ts';
import type { TopicState } from './operations.ts';

/** Topics by name and by stream. */
export interface TopicDirectory {
  set(topics: readonly TopicState[]): void;
  /** Throws when there is no such topic. */
  topic(name: string): TopicState;
  /** The stream of a partition. Throws when the topic or the partition does not exist. */
  stream(name: string, partition: number): number;
  placeOf(stream: number): { readonly topic: string; readonly partition: number };
}

export function createTopicDirectory(): TopicDirectory {
  const byName = new Map<string, TopicState>();
  const places: { topic: string; partition: number }[] = [];
  const topic = (name: string): TopicState => {
    const found = byName.get(name);
    if (!found) throw new EventLogError('CQ_UNAVAILABLE', `There is no topic ${name}`);
    return found;
  };
  return {
    set(topics) {
      for (const state of topics) {
        byName.set(state.name, state);
        for (let partition = 0; partition < state.partitions; partition++) {
          places[state.firstStream + partition] = { topic: state.name, partition };
        }
      }
    },
    topic,
    stream(name, partition) {
      const { firstStream, partitions } = topic(name);
      if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
        throw new EventLogError('CQ_UNAVAILABLE', `Topic ${name} has no partition ${partition}`);
      }
      return firstStream + partition;
    },
    placeOf: (stream) => places[stream] ?? { topic: '', partition: -1 },
  };
}
