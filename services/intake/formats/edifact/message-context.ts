import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import type { Action } from '@clearquay/domain/events/status-event.ts';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { Findings } from './finding.ts';
import type { GroupTable } from './group-tables.ts';
import type { Header } from './header.ts';
import type { Message } from './message.ts';
import type { Move } from './message-codes.ts';
import type { Partner } from './partner.ts';
import type { PlaceFinder } from './places.ts';

/** What all boxes of one message share. */
export interface MessageContext {
  readonly partner: Partner;
  readonly ports: PortTable;
  readonly places: PlaceFinder;
  readonly findings: Findings;
  readonly receivedAt: Instant;
  readonly message: Message;
  /** SHA-256 of the bytes of the message, in hex. */
  readonly digest: string;
  readonly header: Header;
  readonly table: GroupTable;
  readonly move: Move;
  /** A code that the partner's table gives instead of the move's own. */
  readonly code?: Code;
  readonly action: Action;
}
