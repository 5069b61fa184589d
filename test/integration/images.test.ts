import { readFile } from 'node:fs/promises';
import { configKeys } from '@clearquay/adapters/runtime/config.ts';
import { expect, test } from 'vitest';

const text = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = await text('docker-compose.yml');
const dockerfile = await text('infra/Dockerfile');
const matches = (source: string, pattern: RegExp) => [...source.matchAll(pattern)].map((match) => match[1] ?? '');

test('every image is pinned by a whole version', () => {
  const images = [...matches(compose, /^\s*image: (\S+)$/gm), ...matches(dockerfile, /^FROM (\S+)/gm)];
  expect(images).toHaveLength(2);
  for (const image of images) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/);
});

test('the image has the Node and a pinned pnpm of the workspace', async () => {
  const { devDependencies } = JSON.parse(await text('package.json'));
  expect(matches(dockerfile, /^FROM node:([\d.]+)-/gm)).toEqual([devDependencies.node]);
  expect(dockerfile).toMatch(/pnpm@12\.\d+\.\d+ install --frozen-lockfile/);
});

test('images are run with settings that exist and with no password written down', () => {
  const used = new Set(matches(compose + dockerfile, /(CLEARQUAY_[A-Z_]+)[=:]/g));
  const known = configKeys().map(({ key }) => key);
  expect(used.size).toBeGreaterThan(2);
  for (const key of used) expect(known).toContain(key);
  expect(compose).not.toMatch(/PASSWORD: (?!\$\{CLICKHOUSE_PASSWORD)/);
});

test('both containers say when they are healthy', () => {
  expect(compose).toContain('healthcheck:');
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
});
