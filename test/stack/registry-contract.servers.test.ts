import { createRegistryServer } from '@clearquay/adapters/registry/registry-server.ts';
import { describeSchemaRegistry } from '../contract/schema-registry-contract.ts';
import { testStack } from '../support/test-stack.ts';

const logger = { info() {}, warn() {}, error() {} };

describeSchemaRegistry('registry server', async () => {
  const server = await testStack.registry();
  const reopen = () => createRegistryServer({ url: server.at, logger });
  return { registry: reopen(), reopen, remove: () => server.stop() };
});
