import { isAscii, isUtf8 } from 'node:buffer';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { FindingCode } from './finding.ts';
import type { Decode } from './split-segment.ts';

/** How the bytes of a file become text. */
export interface Charset {
  readonly name: string;
  readonly decode: Decode;
  readonly finding?: FindingCode;
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const utf8: Decode = (bytes) => viewOf(bytes).toString('utf8');
const latin1: Decode = (bytes) => viewOf(bytes).toString('latin1');

/** The repertoires of UNB 0001 (ISO 9735, code list UNOx) that are not ASCII; `utf-8` and `latin1` are decoded by the platform. */
const declaredSets: Readonly<Record<string, string>> = {
  UNOC: 'latin1',
  UNOD: 'iso-8859-2',
  UNOE: 'iso-8859-5',
  UNOF: 'iso-8859-7',
  UNOG: 'iso-8859-3',
  UNOH: 'iso-8859-4',
  UNOI: 'iso-8859-6',
  UNOJ: 'iso-8859-8',
  UNOW: 'utf-8',
  UNOY: 'utf-8',
};
const asciiSets: readonly string[] = ['UNOA', 'UNOB'];

const declaration = /UNB.(UNO[A-Z])/;

/**
 * A decoder of the WHATWG list that refuses every byte it does not have, or nothing when it meets one. A part that ends
 * inside a character, such as the cut raw text of a finding, is shown as latin1.
 */
function strict(name: string, bytes: Uint8Array): Decode | undefined {
  try {
    const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
    decoder.decode(bytes);
    return (part) => {
      try {
        return decoder.decode(part);
      } catch {
        return latin1(part);
      }
    };
  } catch {
    return undefined;
  }
}

/**
 * Chooses the character set of an EDIFACT file: valid UTF-8 wins, else the declared set, else the partner's, else
 * latin1 with a finding. No byte is ever replaced; a file with NUL bytes, or one that a partner's set cannot read, is
 * refused.
 */
export function chooseCharset(bytes: Uint8Array, partnerCharset?: string): Result<Charset, Problem> {
  const undecodable = (why: string): Result<Charset, Problem> => refuse(problem('CQ_UNDECODABLE', `${why} Send it in the declared set.`));
  if (bytes.includes(0)) return undecodable('The file holds NUL bytes, as UTF-16 does.');
  const declared = declaration.exec(latin1(bytes.subarray(0, 256)))?.[1] ?? '';
  if (isAscii(bytes)) return ok({ name: 'ascii', decode: latin1 });
  if (isUtf8(bytes))
    return ok({ name: 'utf-8', decode: utf8, ...(declaredSets[declared] !== 'utf-8' && { finding: 'charset-lie' as const }) });
  const name = declaredSets[declared];
  if (name === 'latin1') return ok({ name, decode: latin1 });
  const asDeclared = name && name !== 'utf-8' ? strict(name, bytes) : undefined;
  if (name && asDeclared) return ok({ name, decode: asDeclared });
  if (partnerCharset) {
    const asPartner = partnerCharset === 'latin1' ? latin1 : strict(partnerCharset, bytes);
    if (!asPartner) return undecodable(`The bytes are neither UTF-8 nor ${partnerCharset}.`);
    return ok({ name: partnerCharset, decode: asPartner, ...(asciiSets.includes(declared) && { finding: 'charset-lie' as const }) });
  }
  return ok({ name: 'latin1', decode: latin1, finding: 'charset-assumed' });
}
