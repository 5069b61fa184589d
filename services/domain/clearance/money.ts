import type { Json } from '../events/status-event.ts';

/** Decimal places in which amounts are reckoned: more than any currency has, so that sums are exact. */
const scale = 6;

const digitsOf = new Map<string, number>();

/** The decimal places of a currency (ISO 4217 minor unit); 2 for a code that is none. */
export function minorDigits(currency: string): number {
  let digits = digitsOf.get(currency);
  if (digits === undefined) {
    digits = /^[A-Z]{3}$/.test(currency)
      ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
      : 2;
    if (digitsOf.size > 1000) digitsOf.clear();
    digitsOf.set(currency, digits);
  }
  return digits;
}

/** Reads a decimal amount such as `620.00` (or the number 620) exactly, in millionths; nothing when it is none. */
export function readAmount(said: Json | undefined): bigint | undefined {
  const text = typeof said === 'number' ? String(said) : said;
  const m = typeof text === 'string' ? /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) : null;
  if (!m) return undefined;
  const value = BigInt(`${m[2]}${(m[3] ?? '').padEnd(scale, '0')}`);
  return m[1] ? -value : value;
}

/** Writes millionths as decimal text with the places of the currency, more only where an amount has them. */
export function writeAmount(value: bigint, currency: string): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const least = minorDigits(currency);
  let fraction = digits.slice(-scale);
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction && `.${fraction}`}`;
}
