import { startEmbeddedClickHouse } from '@clearquay/adapters/clickhouse/embedded-server.ts';

/*
 * A program that owns an embedded ClickHouse and does nothing else, for tests that kill the owner or the server.
 * Arguments: the data directory; the port of its HTTP interface, a free one unless told. Prints `{pid, url}` of the
 * server on one line, again whenever it was started anew.
 */

const [directory = '', httpPort = '0'] = process.argv.slice(2);
const server = await startEmbeddedClickHouse({ directory, httpPort: Number(httpPort), logger: { info() {}, warn() {}, error() {} } });
const tell = (): boolean => process.stdout.write(`${JSON.stringify({ pid: server.pid(), url: server.url })}\n`);
server.onRestart(tell);
tell();
