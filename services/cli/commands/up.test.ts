import { scenarioNames } from '@clearquay/seeds/scenarios/scenario-files.ts';
import { expect, test } from 'vitest';
import { CommandFailure } from '../terminal.ts';
import { upConfig } from './up.ts';

test('every scenario can be played by its name, from the command line or the environment', () => {
  expect(scenarioNames()).toHaveLength(21);
  for (const demo of [...scenarioNames(), 'day', 'none']) {
    expect(upConfig({ demo }, {}).demo).toBe(demo);
    expect(upConfig({}, { CLEARQUAY_DEMO: demo }).demo).toBe(demo);
  }
});

test('a demo that nobody knows is refused with the names of those that there are', () => {
  const refused = (): unknown => upConfig({ demo: 's01' }, {});
  expect(refused).toThrow(CommandFailure);
  expect(refused).toThrow(/no demo s01; use one of day, none, s01-plain-import, .*, s21-cold-chain-positive\./);
});
