import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { OperationsDeps } from './operations-deps.ts';

/** What somebody did by hand. */
export interface Deed {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly by: string;
  /** Such as `dead-letter.replay`. */
  readonly action: string;
  /** Port of the item as its table has it, or empty. */
  readonly port: string;
  /** To what it was done. */
  readonly item: string;
  readonly outcome: string;
  readonly reason?: string;
  /** JSON text. */
  readonly details: string;
}

/** Keeps deeds; durable when it resolves. */
export const keepDeeds = (warehouse: OperationsDeps['warehouse'], deeds: readonly Deed[]): Promise<void> =>
  warehouse.insert(
    'audit',
    deeds.map((deed) => ({ reason: '', ...deed })),
    `audit-${randomUUID()}`,
  );

/** The caller of a request that has passed the check of keys. */
export const callerOf = (request: FastifyRequest): string => (request as { principal?: { readonly id: string } }).principal?.id ?? '';
