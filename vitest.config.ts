import { defineConfig } from 'vitest/config';

const second = 1000;

/** One project per kind of test. Groups run one after the other, so that servers do not compete with everything else. */
function project(name: string, include: readonly string[], groupOrder: number, maxWorkers: number, timeoutSeconds: number) {
  const limit = timeoutSeconds * second;
  return {
    test: { name, include: [...include], sequence: { groupOrder }, maxWorkers, testTimeout: limit, hookTimeout: limit, retry: 0 },
  };
}

/** `servers` needs what `CLEARQUAY_TEST_STACK` names, `stack` Java, `browser` Chromium and `python` Python 3; `test/run.ts` leaves out what this machine cannot run, and says so. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['services/**/*.test.ts', 'schemas/**/*.test.ts', 'seeds/**/*.test.ts'], 0, 2, 20),
      project('property', ['test/property/**/*.test.ts'], 1, 2, 240),
      project('contract', ['test/contract/**/*.test.ts'], 2, 2, 60),
      project('integration', ['test/integration/**/*.test.ts'], 3, 2, 60),
      project('e2e', ['test/e2e/**/!(*.browser|*.python).test.ts'], 4, 2, 120),
      project('servers', ['test/stack/**/*.servers.test.ts'], 5, 1, 180),
      project('stack', ['test/stack/**/!(*.servers).test.ts'], 5, 1, 180),
      project('faults', ['test/faults/**/*.test.ts'], 6, 1, 120),
      project('browser', ['test/e2e/**/*.browser.test.ts'], 7, 1, 120),
      project('python', ['test/e2e/**/*.python.test.ts'], 8, 1, 60),
    ],
  },
});
