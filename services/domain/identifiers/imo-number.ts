declare const brand: unique symbol;

/** A ship's IMO number of seven digits (IMO resolution A.1117(30)). */
export type ImoNumber = string & { readonly [brand]: 'ImoNumber' };

/** True when the seventh digit is the last digit of the sum of the first six, weighted 7 down to 2. */
export function isImoNumber(text: string): text is ImoNumber {
  if (!/^[0-9]{7}$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 6; i++) sum += (text.charCodeAt(i) - 48) * (7 - i);
  return sum % 10 === text.charCodeAt(6) - 48;
}
