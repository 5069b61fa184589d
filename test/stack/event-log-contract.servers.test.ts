import { randomUUID } from 'node:crypto';
import { openKafkaLog } from '@clearquay/adapters/kafka/kafka-log.ts';
import { afterAll } from 'vitest';
import { describeEventLog } from '../contract/event-log-contract.ts';
import type { LogUnderTest } from '../contract/log-under-test.ts';
import { namespacedLog } from '../support/kafka/namespaced-log.ts';
import { testStack } from '../support/test-stack.ts';

const kafka = await testStack.kafka();
afterAll(() => kafka.stop());

async function openKafka(): Promise<LogUnderTest> {
  const space = randomUUID();
  const open = () => namespacedLog(openKafkaLog({ brokers: kafka.at, sessionMs: 6_000 }), space);
  let log = open();
  return {
    log,
    async reopen() {
      await log.close();
      log = open();
      return log;
    },
    remove: () => log.close(),
  };
}

describeEventLog('Kafka log', openKafka);
