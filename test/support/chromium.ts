import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of the Chromium that page tests drive: `CHROMIUM_PATH`, else the first one on the search path; nothing when there is none. */
export function findChromium(environment: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const given = environment['CHROMIUM_PATH'];
  const candidates = given
    ? [given]
    : (environment['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
