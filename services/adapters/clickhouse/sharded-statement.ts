/** The name of the part of a table that one server of a cluster holds. */
const shardOf = (table: string): string => `${table}_shard`;

/**
 * What spreads a table's rows: everything about one port lies on one server, so that replacement and joins stay there;
 * the markers of a log partition lie together.
 */
const spreadBy = (table: string): string => (table === 'batches' ? 'partition' : 'cityHash64(port)');

/**
 * A statement of a migration for one server of a cluster: a table becomes this server's part of it and a table of its
 * own name that spreads rows over all servers (engine `Distributed`), a changed table changes in both, and a view reads
 * the spread tables as it is. `cluster` is a name of ClickHouse's `remote_servers`.
 */
export function sharded(statement: string, cluster: string): string[] {
  const create = /^((?:\s*--.*\n)*)CREATE TABLE IF NOT EXISTS (\w+)( AS (\w+))?/.exec(statement);
  if (create) {
    const [head, , table = '', , like] = create;
    const rest = statement.slice(head.length);
    const copied = like === undefined ? '' : ` AS ${shardOf(like)}`;
    return [
      `CREATE TABLE IF NOT EXISTS ${shardOf(table)}${copied}${rest}`,
      `CREATE TABLE IF NOT EXISTS ${table} AS ${shardOf(table)} ENGINE = Distributed('${cluster}', currentDatabase(), '${shardOf(table)}', ${spreadBy(table)})`,
    ];
  }
  const alter = /^((?:\s*--.*\n)*)ALTER TABLE (\w+)/.exec(statement);
  if (!alter) return [statement];
  const [head, , table = ''] = alter;
  const rest = statement.slice(head.length);
  // A table that spreads rows holds none and has no indices.
  if (/^\s*ADD INDEX/.test(rest)) return [`ALTER TABLE ${shardOf(table)}${rest}`];
  return [`ALTER TABLE ${shardOf(table)}${rest}`, `ALTER TABLE ${table}${rest}`];
}
