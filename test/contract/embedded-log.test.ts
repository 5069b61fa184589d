import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from '@clearquay/adapters/embedded-log/embedded-log.ts';
import { describe } from 'vitest';
import { cleanupContract } from './cleanup-contract.ts';
import { describeEventLog } from './event-log-contract.ts';
import type { AgeingLogUnderTest } from './log-under-test.ts';

async function openEmbedded(): Promise<AgeingLogUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'clearquay-log-'));
  let passedMs = 0;
  const open = () => openEmbeddedLog({ directory, nowMs: () => Date.now() + passedMs });
  let log = await open();
  const reopen = async () => {
    await log.close();
    log = await open();
    return log;
  };
  return {
    log,
    reopen,
    async later(ms) {
      passedMs += ms;
      return reopen();
    },
    async remove() {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeEventLog('embedded log', openEmbedded, (under) => describe('cleanup', () => cleanupContract(under)));
