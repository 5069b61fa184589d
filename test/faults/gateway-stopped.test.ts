import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningClearquay, startClearquay } from '../support/clearquay.ts';
import { Crowd, CrowdLoad } from '../support/crowd.ts';
import { until } from '../support/until.ts';

const size = Number(process.env['FAULT_CLIENTS'] ?? 1_000);
/** Bound of fault 28. */
const drainedWithinMs = 30_000;

let first: RunningClearquay;
let again: RunningClearquay | undefined;
beforeAll(async () => {
  first = await startClearquay();
});
afterAll(async () => {
  await again?.stop();
  await first?.stop();
});

test(
  `fault 28: SIGTERM with ${size} clients under load ends each with 1001, none with 1006, and each resumes from its last checkpoint`,
  async () => {
    const load = new CrowdLoad(first);
    const crowd = new Crowd(first, size);
    await crowd.synced();
    await until('the load is felt', () => load.sent > 20);

    const exited = new Promise<number | null>((resolve) => first.process.once('exit', resolve));
    const toldAt = performance.now();
    first.process.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(drainedWithinMs);
    expect(crowd.members.filter(({ closes }) => closes.join() !== '1001').map(({ closes }) => closes)).toEqual([]);

    again = await startClearquay({ directory: first.directory, port: new URL(first.url).port });
    const running = again;
    load.server = running;
    await until('every client is back', () => crowd.connected === size, 60_000);
    await load.stop();
    await crowd.expectWhole(running);
    await crowd.close();
  },
  120_000 + 40 * size,
);
