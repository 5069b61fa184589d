import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';

/** Where one element of the watched array stands in the text, and what is wrong with it beyond syntax. */
export interface ScannedItem {
  /** Character index of its first character, and the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Pointers lead into the item. */
  readonly problems: readonly Problem[];
}

/** What a pass over JSON text finds that `JSON.parse` does not tell. */
export interface ScannedJson {
  readonly items: readonly ScannedItem[];
  /** Problems outside the items. */
  readonly problems: readonly Problem[];
  /** True when a bound was passed: the rest of the text was not looked at. */
  readonly stopped?: 'depth' | 'items';
}

/** Bounds of one scan. */
export interface ScanLimits {
  readonly maxDepth: number;
  readonly maxItems: number;
}

interface Frame {
  /** Keys seen so far; nothing for an array. */
  readonly keys?: Set<string>;
  key: string;
  index: number;
  expectsKey: boolean;
}

const number = /-?[0-9][0-9.eE+-]*/y;
const word = /[A-Za-z]+/y;
/** More digits than these do not survive a double for certain (IEEE 754 binary64). */
const safeDigits = 15;

const significant = (text: string): string =>
  text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');

/** True when a double keeps what the text says: integers up to 2^53, fractions whose digits come back as sent. */
function keepsDigits(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return false;
  const digits = significant(text);
  return digits.length <= safeDigits || significant(String(value)) === digits;
}

/** The text of a string token, or nothing when it is broken. */
function unquote(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * Passes once over JSON text without recursion and finds duplicate keys, numbers that would lose digits, lone
 * surrogates, depth, and where the elements of the top-level array `watched` stand. On text that is not JSON the result
 * means nothing, but the pass ends: `JSON.parse` is the judge of syntax.
 */
export function scanJson(text: string, watched: string, limits: ScanLimits): ScannedJson {
  const scan = new JsonScan(text, watched, limits);
  scan.run();
  return { items: scan.items, problems: scan.problems, ...(scan.stopped && { stopped: scan.stopped }) };
}

class JsonScan {
  readonly items: ScannedItem[] = [];
  readonly problems: Problem[] = [];
  stopped: 'depth' | 'items' | undefined;
  readonly #text: string;
  readonly #watched: string;
  readonly #limits: ScanLimits;
  readonly #stack: Frame[] = [];
  #at = 0;
  #item: { readonly start: number; readonly problems: Problem[] } | undefined;

  constructor(text: string, watched: string, limits: ScanLimits) {
    this.#text = text;
    this.#watched = watched;
    this.#limits = limits;
  }

  run(): void {
    while (this.#at < this.#text.length && !this.stopped) this.#step(this.#text[this.#at] as string);
  }

  #step(c: string): void {
    const top = this.#stack.at(-1);
    if (c === '{' || c === '[') this.#open(c === '{');
    else if (c === '}' || c === ']') {
      this.#stack.pop();
      this.#at++;
      this.#valueEnds();
    } else if (c === ',') {
      if (top) {
        top.index++;
        top.expectsKey = top.keys !== undefined;
      }
      this.#at++;
    } else if (c === '"') this.#string();
    else if (c === '-' || (c >= '0' && c <= '9')) this.#token(number, (token) => keepsDigits(token));
    else if (/[A-Za-z]/.test(c)) this.#token(word, () => true);
    else this.#at++;
  }

  #open(isObject: boolean): void {
    this.#valueBegins();
    if (this.#stack.length >= this.#limits.maxDepth) this.stopped = 'depth';
    this.#stack.push({ ...(isObject && { keys: new Set<string>() }), key: '', index: 0, expectsKey: isObject });
    this.#at++;
  }

  #string(): void {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    const token = this.#text.slice(start, end + 1);
    const value = unquote(token) ?? token;
    const top = this.#stack.at(-1);
    const isKey = top?.keys !== undefined && top.expectsKey;
    if (isKey) {
      top.expectsKey = false;
      top.key = value;
      if (top.keys?.has(value)) this.#report('This key stands twice in its object. Send it once.');
      top.keys?.add(value);
    } else this.#valueBegins();
    if (!value.isWellFormed()) this.#report('This text holds half of a surrogate pair. Send whole characters.');
    this.#at = end + 1;
    if (!isKey) this.#valueEnds();
  }

  #token(pattern: RegExp, isSafe: (token: string) => boolean): void {
    this.#valueBegins();
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0] ?? this.#text[this.#at] ?? '';
    if (!isSafe(token)) this.#report('This number would lose digits. Send it as text.');
    this.#at += Math.max(1, token.length);
    this.#valueEnds();
  }

  /** True where the elements of the watched array stand. */
  #atItemLevel(): boolean {
    const [outer, inner] = this.#stack;
    return this.#stack.length === 2 && outer?.keys !== undefined && outer.key === this.#watched && inner?.keys === undefined;
  }

  #valueBegins(): void {
    if (!this.#atItemLevel()) return;
    if (this.items.length >= this.#limits.maxItems) this.stopped = 'items';
    this.#item = { start: this.#at, problems: [] };
  }

  #valueEnds(): void {
    if (!this.#item || !this.#atItemLevel()) return;
    this.items.push({ ...this.#item, end: this.#at });
    this.#item = undefined;
  }

  #report(message: string): void {
    const path = this.#stack.map((f) => (f.keys ? escapePointer(f.key) : String(f.index)));
    if (this.#item) this.#item.problems.push(problem('CQ_EVENT_SHAPE', message, `/${path.slice(2).join('/')}`.replace(/^\/$/, '')));
    else this.problems.push(problem('CQ_JSON_INVALID', message, `/${path.join('/')}`));
  }
}
