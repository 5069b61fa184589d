import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { resolveLibchdb } from 'chdb/libchdb';
import { DataType, isNullPointer, type JsExternal, load, open, restorePointer, wrapPointer } from 'ffi-rs';
import { dataFolder, fileFunctionSql, type ServerConfiguration, serverXml, usersXml } from './server-configuration.ts';

/*
 * The process of the embedded server. Its parent writes one `ServerConfiguration` as a line of JSON to its standard
 * input and keeps that pipe open for as long as the server shall live. It may be killed at any time: an acknowledged
 * insert is on disk, so an orderly end and a crash are one and the same path.
 */

/** The last statement blocks for years: the engine serves for as long as the call lasts. */
const serveForever = `SELECT sleepEachRow(3) FROM numbers(1000000000) FORMAT Null
  SETTINGS function_sleep_max_microseconds_per_block = 0, max_block_size = 1`;

/** `local_result_v2` of chdb.h. */
const resultShape = {
  buffer: DataType.External,
  length: DataType.U64,
  vector: DataType.External,
  elapsed: DataType.Double,
  rows: DataType.U64,
  bytes: DataType.U64,
  error: DataType.External,
} as const;

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  const configuration: ServerConfiguration = JSON.parse(line);
  serve(configuration).then(
    (failure) => fail(failure ?? 'the engine stopped serving'),
    (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
  );
});
// The parent's end of the pipe closes when the parent ends, however it ends.
input.once('close', endNow);
// Ctrl-C and service managers signal the whole group; the parent still has work to finish here and ends us itself.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function serve(server: ServerConfiguration): Promise<string | undefined> {
  const functions = join(dataFolder(server.directory), 'user_defined');
  mkdirSync(functions, { recursive: true, mode: 0o700 });
  writeFileSync(join(functions, 'function_file.sql'), fileFunctionSql, { mode: 0o600 });
  const config = join(server.directory, 'config.xml');
  writeFileSync(config, serverXml(server), { mode: 0o600 });
  writeFileSync(join(server.directory, 'users.xml'), usersXml(server), { mode: 0o600 });
  const listen = server.tcpPort === undefined ? 'SYSTEM START LISTEN HTTP' : 'SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP';
  const args = [
    'clickhouse',
    `--path=${dataFolder(server.directory)}`,
    `--config-file=${config}`,
    '--log-level=warning',
    '--listen_host=127.0.0.1',
    `--http_port=${server.httpPort}`,
    ...(server.tcpPort === undefined ? [] : [`--tcp_port=${server.tcpPort}`]),
    `--query=${listen}; ${serveForever}`,
  ];
  open({ library: 'chdb', path: resolveLibchdb().path });
  const result = await load({
    library: 'chdb',
    funcName: 'query_stable_v2',
    retType: resultShape,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [args.length, args],
    runInNewThread: true,
  });
  return errorText(result.error);
}

function errorText(pointer: JsExternal): string | undefined {
  if (isNullPointer(pointer)) return undefined;
  return restorePointer<DataType.String>({ retType: [DataType.String], paramsValue: wrapPointer([pointer]) })[0];
}

function fail(message: string): void {
  // The engine prints some refusals (a locked directory) instead of returning them: the parent reads both.
  process.stderr.write(`${message}\n`, endNow);
}

/** Exit handlers of the library may hang, so the process ends by a signal that runs none. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
