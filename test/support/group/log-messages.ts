import type { LogRecord, ReadBounds } from '@clearquay/domain/ports/event-log.ts';

/** What a process asks of the log that another one holds. */
export type LogRequest =
  | { readonly op: 'append'; readonly records: readonly LogRecord[] }
  | { readonly op: 'read'; readonly topic: string; readonly partition: number; readonly offset: number; readonly bounds: ReadBounds }
  | { readonly op: 'bounds'; readonly topic: string }
  | { readonly op: 'join'; readonly group: string; readonly topics: readonly string[] }
  | { readonly op: 'leave'; readonly member: number }
  | { readonly op: 'poll'; readonly owned: number; readonly bounds: ReadBounds }
  | { readonly op: 'commit'; readonly owned: number; readonly next: ReadonlyMap<string, number> };

/** From the client. `member` of `returned` is not needed: a partition that was handed out has a number of its own. */
export type ToBroker =
  | ({ readonly id: number } & LogRequest)
  | { readonly op: 'pong' }
  | { readonly op: 'returned'; readonly owned: number };

/** From the holder of the log. */
export type ToClient =
  | { readonly op: 'ping' }
  | { readonly op: 'own'; readonly join: number; readonly owned: number; readonly partition: number; readonly generation: number }
  | { readonly op: 'lost'; readonly owned: number }
  | { readonly op: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly op: 'failure';
      readonly id: number;
      readonly kind: 'log' | 'lost' | 'other';
      readonly code: string;
      readonly message: string;
    };
