import { expect, test } from 'vitest';
import { configKeys, parseConfig } from './config.ts';

const keysOf = (environment: Record<string, string>) => {
  const parsed = parseConfig(environment);
  return parsed.ok ? [] : parsed.error.map((problem) => problem.key);
};

test('without settings everything has the documented default; foreign variables are ignored', () => {
  expect(parseConfig({ PATH: '/bin', CLEARQUAY_DEMO: '' })).toEqual({
    ok: true,
    value: {
      port: 8080,
      host: '127.0.0.1',
      dataDir: '.clearquay',
      demo: undefined,
      adminKey: undefined,
      clickhouseUrl: undefined,
      clickhouseHttpPort: 8123,
      logLevel: 'info',
    },
  });
});

test('given settings are read', () => {
  const parsed = parseConfig({
    CLEARQUAY_PORT: '0',
    CLEARQUAY_HOST: '0.0.0.0',
    CLEARQUAY_DATA_DIR: '/var/lib/clearquay',
    CLEARQUAY_DEMO: 'none',
    CLEARQUAY_ADMIN_KEY: 'a-long-enough-key',
    CLEARQUAY_CLICKHOUSE_URL: 'http://user:secret@clickhouse:8123',
    CLEARQUAY_CLICKHOUSE_HTTP_PORT: '65535',
    CLEARQUAY_LOG_LEVEL: 'silent',
  });
  expect(parsed).toMatchObject({ ok: true, value: { port: 0, host: '0.0.0.0', clickhouseHttpPort: 65_535, logLevel: 'silent' } });
});

test('all problems come at once, each with its key', () => {
  const environment = {
    CLEARQUAY_PORT: '65536',
    CLEARQUAY_HOST: 'two words',
    CLEARQUAY_DEMO: '../etc',
    CLEARQUAY_ADMIN_KEY: 'short',
    CLEARQUAY_CLICKHOUSE_URL: 'ftp://x',
    CLEARQUAY_CLICKHOUSE_HTTP_PORT: '8e3',
    CLEARQUAY_LOG_LEVEL: 'loud',
    CLEARQUAY_PROT: '1',
  };
  expect(keysOf(environment).sort()).toEqual(Object.keys(environment).sort());
});

test('what this build does not have is refused with what it has, a malformed value with its form', () => {
  const remedy = (value: string) => {
    const parsed = parseConfig({ CLEARQUAY_KAFKA_BROKERS: value });
    return parsed.ok ? '' : parsed.error.map((problem) => problem.remedy).join('\n');
  };
  expect(remedy('one:9092,two:9092')).toContain('embedded event log only');
  expect(remedy('one')).toContain('host:port');
  expect(keysOf({ CLEARQUAY_JWKS_URL: 'https://i/jwks' })).toHaveLength(1);
});

test.each(['password', 'ChangeMe', 'a b c d e f g h', 'x'.repeat(201)])(
  'an admin key that can be guessed or sent wrongly is refused: %s',
  (key) => {
    expect(keysOf({ CLEARQUAY_ADMIN_KEY: key })).toEqual(['CLEARQUAY_ADMIN_KEY']);
  },
);

test('no problem repeats a value', () => {
  const secret = 'sécret-wörd';
  const parsed = parseConfig({
    CLEARQUAY_ADMIN_KEY: secret,
    CLEARQUAY_CLICKHOUSE_URL: secret,
    CLEARQUAY_PORT: secret,
    CLEARQUAY_LOG_LEVEL: secret,
  });
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toContain(secret);
});

test('every setting is listed once with its default and meaning', () => {
  const keys = configKeys();
  expect(keys.map(({ key }) => key)).toHaveLength(12);
  expect(keys.find(({ key }) => key === 'CLEARQUAY_PORT')).toEqual({
    key: 'CLEARQUAY_PORT',
    default: '8080',
    meaning: 'TCP port of the API and the screen',
  });
  for (const { key, meaning } of keys) expect(meaning, key).not.toBe('');
});
