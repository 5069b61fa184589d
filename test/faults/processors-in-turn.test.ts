import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@clearquay/seeds/generator/random.ts';
import { expect, test } from 'vitest';
import { FaultRun } from '../support/group/fault-run.ts';
import { seed } from '../support/seeded-run.ts';

test(`two processors that are stopped in turn, past their time and not, lose and repeat nothing (seed ${seed})`, async () => {
  const run = await FaultRun.start(seed, 2_000, { sessionMs: 1_500 });
  try {
    await run.group.startPart('processor', 'second');
    const random = createRandom(`${seed}/storm`);
    const sending = run.send(2_000);
    for (let n = 0; n < 8; n++) {
      const victim = random.pick(['processor', 'second']);
      await run.group.signal(victim, 'SIGSTOP');
      await sleep(random.between(200, 3_000));
      await run.group.signal(victim, 'SIGCONT');
      await sleep(random.between(0, 1_000));
    }
    await sending;
    expect(await run.expectInvariants()).toBeGreaterThan(0);
  } finally {
    await run.close();
  }
});
