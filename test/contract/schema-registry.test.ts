import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { createFileRegistry } from '@clearquay/adapters/registry/file-registry.ts';
import { describeSchemaRegistry } from './schema-registry-contract.ts';

describeSchemaRegistry('registry of files', async () => {
  const directory = pathToFileURL(`${await mkdtemp(`${tmpdir()}/registry-`)}/`);
  await cp(new URL('../../schemas/avro/', import.meta.url), directory, { recursive: true });
  const reopen = () => createFileRegistry(directory);
  return { registry: reopen(), reopen, remove: () => rm(directory, { recursive: true }) };
});
