import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The paths of a program by its names, in the order of the search path. */
export function programsOnPath(...names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable);
}

/** The path of Python 3; nothing when there is none. */
export const findPython = (): string | undefined => programsOnPath('python3')[0];

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
