/** `PRAGMA application_id` of the file: "CqLg". */
export const applicationId = 0x43714c67;

/** `PRAGMA user_version` of the file. */
export const schemaVersion = 1;

/** Small rows carry a `seal` (see `seal.ts`), records a `crc` over id, time and body. */
export const logSchema = `
CREATE TABLE meta (one INTEGER PRIMARY KEY, log_id TEXT NOT NULL, commits INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
CREATE TABLE topics (
  name TEXT PRIMARY KEY, first_stream INTEGER NOT NULL, partitions INTEGER NOT NULL,
  cleanup TEXT NOT NULL, retention_ms INTEGER, seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE streams (stream INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
CREATE TABLE generations (group_name TEXT PRIMARY KEY, generation INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE committed (
  group_name TEXT, stream INTEGER, next INTEGER NOT NULL, seal INTEGER NOT NULL, PRIMARY KEY (group_name, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE records (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
`;
