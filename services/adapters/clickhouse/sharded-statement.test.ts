import { expect, test } from 'vitest';
import { sharded } from './sharded-statement.ts';

test('a table becomes a part on each server and a table that spreads rows by their port', () => {
  expect(sharded('-- Words.\nCREATE TABLE IF NOT EXISTS visits (port String) ENGINE = MergeTree ORDER BY port', 'c')).toEqual([
    'CREATE TABLE IF NOT EXISTS visits_shard (port String) ENGINE = MergeTree ORDER BY port',
    "CREATE TABLE IF NOT EXISTS visits AS visits_shard ENGINE = Distributed('c', currentDatabase(), 'visits_shard', cityHash64(port))",
  ]);
});

test('a table that is made like another is made like its part', () => {
  expect(sharded('CREATE TABLE IF NOT EXISTS b AS a\nENGINE = MergeTree ORDER BY port', 'c')[0]).toBe(
    'CREATE TABLE IF NOT EXISTS b_shard AS a_shard\nENGINE = MergeTree ORDER BY port',
  );
});

test('a change is made to both, an index to the part alone, a view is left as it is', () => {
  expect(sharded('ALTER TABLE a ADD COLUMN IF NOT EXISTS n UInt8', 'c')).toEqual([
    'ALTER TABLE a_shard ADD COLUMN IF NOT EXISTS n UInt8',
    'ALTER TABLE a ADD COLUMN IF NOT EXISTS n UInt8',
  ]);
  expect(sharded('ALTER TABLE a ADD INDEX IF NOT EXISTS i n TYPE minmax', 'c')).toEqual([
    'ALTER TABLE a_shard ADD INDEX IF NOT EXISTS i n TYPE minmax',
  ]);
  const view = 'CREATE VIEW IF NOT EXISTS v AS SELECT * FROM a FINAL';
  expect(sharded(view, 'c')).toEqual([view]);
});
