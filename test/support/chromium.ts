import { isExecutable, programsOnPath } from '@clearquay/cli/servers/programs.ts';

/** The path of the Chromium that page tests drive: `CHROMIUM_PATH`, else the first one on the search path; nothing when there is none. */
export function findChromium(): string | undefined {
  const given = process.env['CHROMIUM_PATH'];
  const candidates = given ? [given] : programsOnPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
  return candidates.find(isExecutable);
}
