import { containerCheckDigit } from '@clearquay/domain/identifiers/container-number.ts';
import type { Random } from './random.ts';

/** Owner codes made up for the demo. */
const owners = ['QDZU', 'XJQU', 'ZQHU', 'QLXU', 'JQZU', 'WQXU', 'XQBU', 'QVKU', 'ZXQU', 'KQJU', 'QWNU', 'VXQU'];
/** Numbers of one owner; a multiplier without common divisor with it spreads neighbours apart. */
const perOwner = 1_000_000;
const spread = 48_271;

/** Hands out the identifiers of one port day. None repeats within a day, nor on days with another series number. */
export interface NumberSeries {
  container(): string;
  bill(carrier: string): string;
  booking(carrier: string): string;
  /** Eighteen digits: customs district, year, 0 export or 1 import, nine digits. */
  declaration(direction: 'import' | 'export'): string;
  /** A licence plate with its middle masked, as gates publish it. */
  truck(): string;
  seal(): string;
}

/** What the numbers are made from. */
interface NumberSeriesDeps {
  /** Which day this is: days with different numbers below 2,500 share no container. */
  readonly series: number;
  /** Customs district, four digits. */
  readonly district: string;
  readonly year: number;
  readonly platePrefix: string;
  readonly random: Random;
}

/** Container number by its place in the whole invented fleet of 12 million. */
export function fleetNumber(place: number): string {
  const owner = owners[place % owners.length] as string;
  const serial = (Math.floor(place / owners.length) * spread) % perOwner;
  const ten = `${owner}${String(serial).padStart(6, '0')}`;
  return `${ten}${containerCheckDigit(ten)}`;
}

/** Makes the identifiers of one day. */
export function createNumberSeries({ series, district, year, platePrefix, random }: NumberSeriesDeps): NumberSeries {
  let container = (series % 2500) * 4800;
  let bill = 0;
  let declaration = (series % 4000) * 250_000;
  const tag = (series % 46_656).toString(36).toUpperCase().padStart(3, '0');
  const digits = (n: number, width: number) => String(n).padStart(width, '0');
  return {
    container: () => fleetNumber(container++),
    bill: (carrier) => `${carrier}${tag}${digits(++bill, 6)}`,
    booking: (carrier) => `${carrier}BK${tag}${digits(++bill, 6)}`,
    declaration: (direction) => `${district}${year}${direction === 'import' ? 1 : 0}${digits(++declaration, 9)}`,
    truck: () => `${platePrefix}**${random.int(10)}${String.fromCharCode(65 + random.int(26))}${random.int(10)}`,
    seal: () => `QS${digits(random.int(10_000_000), 7)}`,
  };
}
