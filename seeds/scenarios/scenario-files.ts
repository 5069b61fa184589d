import { readdirSync, readFileSync } from 'node:fs';
import type { Instant } from '@clearquay/domain/identifiers/instant.ts';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

const folder = new URL('./', import.meta.url);
const files = (): string[] =>
  readdirSync(folder)
    .filter((file) => /^s\d\d-.+\.txt$/.test(file))
    .sort();

/** The names of all scenarios as commands take them: `s01-plain-import`, … */
export const scenarioNames = (): string[] => files().map((file) => file.replace('.txt', ''));

/** One scenario by its name, or nothing; `start` as in `readScenario`. Throws `ScenarioDefect` when its file is none. */
export function loadScenario(name: string, start?: Instant): Scenario | undefined {
  return scenarioNames().includes(name) ? readScenario(readFileSync(new URL(`${name}.txt`, folder), 'utf8'), start) : undefined;
}

/** Every scenario, in order of its number. Throws `ScenarioDefect` when a file cannot be read as one. */
export const loadScenarios = (): Scenario[] => files().map((file) => readScenario(readFileSync(new URL(file, folder), 'utf8')));
