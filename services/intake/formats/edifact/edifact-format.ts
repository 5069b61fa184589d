import type { PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import type { MessageFormat } from '../message-format.ts';
import { defaultEdifactLimits, type EdifactLimits } from './limits.ts';
import { readEdifact } from './read-edifact.ts';

const opening = /^(?:\u00ef\u00bb\u00bf)?[\r\n]*(?:UNA|UNB|UNH)[^A-Za-z0-9]/;

/** UN/EDIFACT as an intake format: a file is one when it begins with UNA, UNB or UNH. */
export const createEdifactFormat = (ports: PortTable, limits: EdifactLimits = defaultEdifactLimits): MessageFormat => ({
  name: 'edifact',
  sniff: (head) => opening.test(Buffer.from(head.subarray(0, 64)).toString('latin1')),
  read: (bytes, partner, receivedAt) => readEdifact(bytes, { partner, ports, receivedAt, limits }),
});
