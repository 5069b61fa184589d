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
      kafka: undefined,
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

test('what this build does not have is refused, a malformed value with its form', () => {
  const parsed = parseConfig({ CLEARQUAY_KAFKA_BROKERS: 'one' });
  expect(parsed.ok ? [] : parsed.error).toMatchObject([{ key: 'CLEARQUAY_KAFKA_BROKERS', remedy: expect.stringContaining('host:port') }]);
  expect(keysOf({ CLEARQUAY_JWKS_URL: 'https://i/jwks' })).toHaveLength(1);
});

test('how to reach Kafka is read whole; half of its credentials is refused', () => {
  const credentials = { CLEARQUAY_KAFKA_USER: 'clearquay', CLEARQUAY_KAFKA_PASSWORD: 'secret' };
  const given = { CLEARQUAY_KAFKA_BROKERS: 'one:9092,two:9093', CLEARQUAY_KAFKA_TLS: 'on', CLEARQUAY_KAFKA_REPLICAS: '3' };
  expect(parseConfig({ ...given, ...credentials })).toMatchObject({
    ok: true,
    value: {
      kafka: {
        brokers: ['one:9092', 'two:9093'],
        credentials: { mechanism: 'SCRAM-SHA-512', username: 'clearquay', password: 'secret' },
        tls: 'on',
        replicas: 3,
      },
    },
  });
  for (const [key, value] of Object.entries(credentials)) {
    const [missing] = Object.keys(credentials).filter((it) => it !== key);
    expect(keysOf({ ...given, [key]: value })).toEqual([missing]);
  }
  expect(keysOf({ ...given, CLEARQUAY_KAFKA_SASL: 'MD5', CLEARQUAY_KAFKA_REPLICAS: '0' })).toHaveLength(2);
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
  expect(keys.map(({ key }) => key)).toHaveLength(17);
  expect(keys.find(({ key }) => key === 'CLEARQUAY_PORT')).toEqual({
    key: 'CLEARQUAY_PORT',
    default: '8080',
    meaning: 'TCP port of the API and the screen',
  });
  for (const { key, meaning } of keys) expect(meaning, key).not.toBe('');
});
