import { createRegistryServer } from '@clearquay/adapters/registry/registry-server.ts';
import { startRegistry } from '@clearquay/cli/servers/apicurio.ts';
import { describeSchemaRegistry } from '../contract/schema-registry-contract.ts';

const logger = { info() {}, warn() {}, error() {} };

describeSchemaRegistry('registry server', async () => {
  const server = await startRegistry();
  const reopen = () => createRegistryServer({ url: server.url, logger });
  return { registry: reopen(), reopen, remove: () => server.remove() };
});
