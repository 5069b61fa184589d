import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';

/*
 * A program that owns an embedded ClickHouse and does nothing else, for tests that kill the owner.
 * Argument: the data directory. Prints `{pid, url}` of the server on one line.
 */

const [directory = ''] = process.argv.slice(2);
const server = await startEmbeddedClickHouse({ directory, httpPort: 0, logger: { info() {}, warn() {}, error() {} } });
process.stdout.write(`${JSON.stringify({ pid: server.pid(), url: server.url })}\n`);
