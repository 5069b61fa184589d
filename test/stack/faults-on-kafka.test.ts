import { expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { seed } from '../support/seeded-run.ts';

/** After so many the faults that were not yet alone are left out; all of them struck together before. */
const events = 3_000;

interface Figures {
  readonly seed: string;
  readonly sent: number;
  readonly figures: readonly { readonly fault: string; readonly mostBehind: number; readonly catchUpRate: number }[];
  readonly verdicts: readonly {
    readonly invariant: string;
    readonly sides: readonly { readonly count: number }[];
    readonly holds: boolean;
  }[];
  readonly ended: readonly string[];
}

const options = ['--events', String(events), '--rate', '200', '--seconds', '2', '--seed', String(seed), '--json'];

test(`two processors, twenty ports: processors, brokers, connections, ClickHouse and registry taken away lose, repeat and falsify nothing (seed ${seed})`, async () => {
  const { code, stdout, stderr } = await runCli(['bench', 'faults', '--on', 'kafka', ...options]);
  expect(code, `${stderr}\n${stdout}`).toBe(0);
  const { sent, figures, verdicts, ended } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Figures;
  expect(sent).toBeGreaterThanOrEqual(events);
  expect(ended).toEqual([]);
  expect(verdicts.map(({ invariant, holds }) => [invariant, holds])).toEqual(['I1', 'I2', 'I3', 'I3', 'I3', 'I9'].map((it) => [it, true]));
  for (const { sides } of verdicts) expect(sides[0]?.count).toBeGreaterThan(0);
  expect(figures.slice(0, 2).map(({ fault }) => fault)).toEqual(['ClickHouse down', 'all of them, by lanes at once']);
  // Every fault struck while events came.
  for (const { mostBehind, catchUpRate } of figures) expect(Math.min(mostBehind, catchUpRate)).toBeGreaterThan(0);
}, 240_000);
