/** Text for a terminal with everything removed that could steer it: control characters and bidirectional overrides. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '·');

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A style of the terminal. */
export type Style = keyof typeof codes;

/** Paints text when the stream is a terminal and `NO_COLOR` is not set (no-color.org). */
export function painter(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  const colours = stream.isTTY && !process.env['NO_COLOR'];
  return (style, text) => (colours ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

/** Columns that a text takes: Chinese characters and full-width forms take two. */
export function width(text: string): number {
  let columns = 0;
  for (const c of text)
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(c) ? 2 : 1;
  return columns;
}

/** Fills a text with spaces to a number of columns. */
export const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));

/** Ends the command with a sentence on standard error and a status. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Tells what broken infrastructure said (a full disk, a database that fails) without a trace; a bug passes on. */
export function withoutTrace(error: unknown): never {
  if (error instanceof CommandFailure || error instanceof TypeError || error instanceof RangeError || !(error instanceof Error))
    throw error;
  throw new CommandFailure(`CQ_UNAVAILABLE: ${error.message}`);
}
