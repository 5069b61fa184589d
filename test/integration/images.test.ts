import { readFile } from 'node:fs/promises';
import { configKeys, parseConfig } from '@clearquay/adapters/runtime/config.ts';
import { apicurioVersion } from '@clearquay/cli/servers/apicurio.ts';
import { nodeOptions } from '@clearquay/cli/servers/service-process.ts';
import { expect, test } from 'vitest';
import { runCli } from '../support/clearquay.ts';
import { readCompose } from '../support/compose.ts';

const text = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = await text('docker-compose.yml');
const dockerfile = await text('infra/Dockerfile');
const services = readCompose({ CLICKHOUSE_PASSWORD: 'a-password', CLEARQUAY_ADMIN_KEY: 'a-key-of-tests' });
const matches = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map((match) => match[1] ?? '');
const ours = ['migrate', 'intake', 'processor', 'gateway'];

test('every image is pinned by a whole version', () => {
  const images = [...Object.values(services).map(({ image }) => image), ...matches(dockerfile, /^FROM (\S+)/gm)];
  expect(images).toHaveLength(8);
  for (const image of images) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/);
});

test('the image has the Node and a pinned pnpm of the workspace', async () => {
  const { devDependencies, version } = JSON.parse(await text('package.json'));
  expect(matches(dockerfile, /^FROM node:([\d.]+)-/gm)).toEqual([devDependencies.node]);
  expect(dockerfile).toMatch(/pnpm@12\.\d+\.\d+ install --frozen-lockfile/);
  for (const name of ours) expect(services[name]?.image).toBe(`clearquay:${version}`);
});

test('Kafka and the registry are of the versions that the tests run', async () => {
  const [kafka] = matches(await text('services/cli/servers/pom.xml'), /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([\d.]+)</g);
  expect(services['kafka']?.image).toBe(`apache/kafka:${kafka}`);
  expect(services['registry']?.image).toBe(`apicurio/apicurio-registry:${apicurioVersion}`);
});

test('images are run with settings that exist and with no password written down', () => {
  const used = new Set(matches(compose + dockerfile, /(CLEARQUAY_[A-Z_]+)[=:]/g));
  const known = configKeys().map(({ key }) => key);
  expect(used.size).toBeGreaterThan(4);
  for (const key of used) expect(known).toContain(key);
  for (const name of ours) expect(parseConfig(services[name]?.environment ?? {})).toMatchObject({ ok: true });
  expect(compose).not.toMatch(/(PASSWORD|KEY): (?!\$\{)/);
});

test('every service is a command of the image, two of the processor and of the gateway', async () => {
  const entry = JSON.parse(matches(dockerfile, /^ENTRYPOINT (.*)$/gm)[0] ?? '[]');
  expect(entry).toEqual(['node', ...nodeOptions, 'services/cli/main.ts']);
  const { stdout } = await runCli(['--help']);
  for (const name of ours) {
    expect(services[name]?.command).toEqual([name]);
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
  expect(Object.keys(services).filter((name) => services[name]?.deploy?.replicas === 2)).toEqual(['processor', 'gateway']);
});

test('every container says when it is healthy, and what needs it waits for that', () => {
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  for (const name of ['kafka', 'registry', 'clickhouse']) {
    expect(services[name]?.healthcheck?.test?.length).toBeGreaterThan(1);
    expect(services['migrate']?.depends_on?.[name]).toEqual({ condition: 'service_healthy' });
  }
  for (const name of ['intake', 'processor', 'gateway'])
    expect(services[name]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
});
