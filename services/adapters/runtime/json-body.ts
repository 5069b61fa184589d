import { ProblemError } from '@clearquay/domain/problems/problem-error.ts';

/** Arrays and objects within each other that a JSON body may have. */
export const maxJsonDepth = 64;

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text of a JSON body: strictly UTF-8, a byte order mark stripped, not nested deeper than `maxJsonDepth`, and
 * without numbers that lose digits when they become a double (RFC 8259 section 6). Throws `ProblemError`.
 */
export function jsonText(body: Uint8Array): string {
  const text = decode(body);
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === quote) at = endOfString(text, at);
    else if (isOpening(c)) {
      if (++depth > maxJsonDepth) throw new ProblemError('CQ_JSON_INVALID', `Nest arrays and objects at most ${maxJsonDepth} deep.`);
    } else if (isClosing(c)) depth--;
    else if (isDigit(c)) {
      const start = at;
      while (isNumberPart(text.charCodeAt(at + 1))) at++;
      if (losesDigits(text.slice(start, at + 1)))
        throw new ProblemError('CQ_JSON_INVALID', 'Send numbers of more than 15 digits as strings.');
    }
  }
  return text;
}

const isOpening = (c: number): boolean => c === 0x5b || c === 0x7b;
const isClosing = (c: number): boolean => c === 0x5d || c === 0x7d;
const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
/** A digit, point, sign or exponent mark. */
const isNumberPart = (c: number): boolean => isDigit(c) || c === 0x2e || c === 0x2b || c === 0x2d || c === 0x45 || c === 0x65;

/** The position of the closing quote, or the end of the text when there is none. */
function endOfString(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ProblemError('CQ_JSON_INVALID', 'Encode the body as UTF-8.');
  }
}

const longestNumber = 100;

/** True when the digits that a double gives back are not those that were sent; a number too long to compare is one. */
function losesDigits(number: string): boolean {
  if (number.length <= 15 && !/e/i.test(number)) return false;
  return number.length > longestNumber || significant(String(Number(number))) !== significant(number);
}

const significant = (number: string): string =>
  number
    .replace(/e.*/i, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
