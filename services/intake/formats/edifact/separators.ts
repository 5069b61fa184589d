/** The service characters as bytes (ISO 9735 UNA). `release` is 0 when the sender uses none. */
export interface Separators {
  readonly component: number;
  readonly element: number;
  readonly release: number;
  readonly terminator: number;
}

const space = 0x20;

/** What holds without a UNA: `: + ? '`. */
export const defaultSeparators: Separators = { component: 0x3a, element: 0x2b, release: 0x3f, terminator: 0x27 };

const isUsable = (byte: number): boolean => {
  const isLetterOrDigit = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  const isLineEnd = byte === 0x0d || byte === 0x0a;
  return byte > 0 && byte < 0x80 && byte !== space && !isLetterOrDigit && !isLineEnd;
};

/**
 * Reads the nine bytes of a UNA. Nothing comes back when a character is a letter, digit, space, line end or not ASCII,
 * or when two of the four are equal. The decimal mark and the repetition character do not matter: values stay text.
 */
export function readUna(nine: Uint8Array): Separators | undefined {
  const [component = 0, element = 0, , releaseByte = 0, , terminator = 0] = nine.subarray(3, 9);
  const release = releaseByte === space ? 0 : releaseByte;
  const used = release === 0 ? [component, element, terminator] : [component, element, release, terminator];
  return used.every(isUsable) && new Set(used).size === used.length ? { component, element, release, terminator } : undefined;
}
