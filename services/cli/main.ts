import { Command, Option } from 'commander';
import { CommandFailure } from './terminal.ts';

const program = new Command('clearquay')
  .description('Clearance and logistics of a port call in one live timeline per container.')
  .version('0.1.0')
  .showHelpAfterError()
  .option('--print-config', 'list every setting with its default and meaning, and end');

const access = (command: Command): Command =>
  command
    .option('--url <url>', 'address of the server (default: http://127.0.0.1:8080)')
    .option('--key <key>', 'bearer key (default: the one in the data directory)')
    .option('--data <directory>', 'data directory of the local server');

program
  .command('up')
  .description('run every service in this process on the embedded default')
  .option('--port <port>', 'port of the API and the page')
  .option('--data <directory>', 'data directory')
  .option('--demo <scenario>', 'demo to play: day, none, or a scenario such as s01-plain-import')
  .action(async (options) => (await import('./commands/up.ts')).up(options));

for (const [name, does] of [
  ['intake', 'take messages and events in, and publish them'],
  ['processor', 'fold what was published into the warehouse'],
  ['gateway', 'serve the API, streams and the page'],
] as const) {
  program
    .command(name)
    .description(`run one service on Kafka and ClickHouse: ${does}`)
    .option('--port <port>', 'port of its HTTP server')
    .option('--data <directory>', 'data directory of this process')
    .action(async (options) => (await import('./commands/service.ts')).service(name, options));
}

program
  .command('migrate')
  .description('make topics and tables what this version needs')
  .option('--data <directory>', 'data directory')
  .action(async (options) => (await import('./commands/service.ts')).migrateAll(options));

access(
  program
    .command('send')
    .description('send messages through intake')
    .argument('<file...>', 'messages, or status events as JSON or JSON lines'),
)
  .option('--format <format>', 'format of the messages (default: detected)')
  .option('--partner <partner>', 'partner who sends')
  .option('--dry-run', 'say what would become of status events; nothing is kept')
  .action(async (files, options) => (await import('./commands/send.ts')).send(files, options));

access(
  program
    .command('watch')
    .description('live timeline in the terminal')
    .argument('<subject>', 'container number, bill:N, declaration:N or call:N'),
)
  .addOption(new Option('--lang <language>', 'language of names').choices(['en', 'zh']).default('en'))
  .option('--once', 'show the present state and end')
  .action(async (subject, options) => (await import('./commands/watch.ts')).watch(subject, options));

const letters = program.command('dead-letters').description('refused input: list it, show it, send it again');
access(letters.command('list').description('newest first'))
  .option('--code <code...>', 'reason that stands now')
  .option('--port <port...>', 'ports')
  .option('--source <source...>', 'sources')
  .addOption(new Option('--state <state>', 'what became of it').choices(['open', 'replayed']))
  .option('--limit <count>', 'how many at most', '100')
  .action(async (options) => (await import('./commands/dead-letters.ts')).list(options));
access(letters.command('show').description('one with its reason and its original bytes').argument('<id>', 'id of the list'))
  .option('--raw', 'write its bytes and nothing else')
  .action(async (id, options) => (await import('./commands/dead-letters.ts')).show(id, options));
access(letters.command('replay').description('send the original bytes once more').argument('<id...>', 'ids of the list')).action(
  async (ids, options) => (await import('./commands/dead-letters.ts')).replay(ids, options),
);

program
  .command('fold')
  .description('fold a file of status events, without a server, and print what the API would show')
  .argument('<events>', 'status events, one JSON per line, in order of receipt')
  .option('--at <time>', "the reader's time, ISO 8601 with an offset (default: now)")
  .option('--view <party...>', 'show what the parties with these codes would see')
  .action(async (file, options) => (await import('./commands/fold.ts')).fold(file, options));

access(program.command('doctor').description('check what this machine and this data directory need to run')).action(async (options) =>
  (await import('./commands/doctor.ts')).doctor(options),
);

program
  .command('backup')
  .description('copy the data directory, also while a server runs on it')
  .requiredOption('--to <folder>', 'folder to make; it appears when the backup is whole')
  .option('--data <directory>', 'data directory')
  .addHelpText(
    'after',
    '\nHolds the log, the warehouse, and the keys of the data directory (mode 600): keep it as safe.\nIt is of one moment: everything that was accepted before is in it, and nothing that came later.',
  )
  .action(async (options) => (await import('./commands/backup.ts')).backup(options));

program
  .command('restore')
  .description('fill an empty data directory from a backup')
  .requiredOption('--from <folder>', 'the backup')
  .option('--data <directory>', 'data directory to fill')
  .addHelpText('after', '\nA backup that is not whole or was changed is refused, before anything is written.')
  .action(async (options) => (await import('./commands/restore.ts')).restore(options));

program
  .command('replay')
  .description('apply the log again, while no server runs: after a rule was mended, or to rebuild an empty warehouse')
  .requiredOption('--from <time>', 'when the first record to read again was appended, ISO 8601 with an offset')
  .option('--data <directory>', 'data directory')
  .addHelpText(
    'after',
    '\nEvents count once however often they are read. Every visit that they touch\nis folded anew and gets a revision in a new epoch. Stopped before the end, it goes on with the next start.',
  )
  .action(async (options) => (await import('./commands/replay.ts')).replay(options));

const bench = program.command('bench').description('measure this machine');
bench
  .command('pipeline')
  .description('events per second, delay from publish to delta, and where the time goes')
  .option('--seed <seed>', 'seed of the generated port days', '1')
  .option('--containers <count>', 'containers of one port day', '2000')
  .option('--ports <count>', 'ports that are busy at once', '4')
  .option('--latency-seconds <seconds>', 'length of the run at 500 events/s', '30')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/pipeline.ts')).benchPipeline(options));

bench
  .command('fold')
  .description('what folding one visit costs')
  .option('--seed <seed>', 'seed of the generated port day', '1')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/fold.ts')).benchFold(options));
bench
  .command('insert')
  .description('what durable tables cost: latency and rows per second of inserts')
  .option('--seconds <seconds>', 'length of each case', '5')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/insert.ts')).benchInsert(options));
bench
  .command('faults')
  .description('parts taken away under load: what falls behind, what it costs, how fast it catches up')
  .addOption(
    new Option(
      '--on <log>',
      'embedded: everything in one process, ClickHouse down, silent, and killed again and again; kafka: every service a process of its own, ' +
        'processors, brokers, connections, ClickHouse and registry taken away (needs Java 21 and Maven)',
    )
      .choices(['embedded', 'kafka'])
      .default('embedded'),
  )
  .option('--seed <seed>', 'seed of the generated port days and of the faults', '1')
  .option('--seconds <seconds>', 'length of each fault (default: 600, on Kafka 20)')
  .option('--rate <rate>', 'events per second meanwhile (default: 200, on Kafka 300)')
  .option('--events <count>', 'on Kafka: events to send at least', '200000')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async ({ on, ...options }) => {
    if (on === 'kafka') await (await import('./bench/faults-on-kafka.ts')).benchFaultsOnKafka({ seconds: '20', rate: '300', ...options });
    else await (await import('./bench/faults.ts')).benchFaults({ seconds: '600', rate: '200', ...options });
  });
bench
  .command('soak')
  .description('memory of the process over a long run')
  .option('--seed <seed>', 'seed of the generated port days', '1')
  .option('--fill-minutes <minutes>', 'time before it that fills what is bounded', '8')
  .option('--minutes <minutes>', 'length of the run', '10')
  .option('--rate <rate>', 'events per second', '300')
  .option('--cache-mib <MiB>', 'bound of the subjects in memory; small enough to be full by then', '64')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/soak.ts')).benchSoak(options));
bench
  .command('restart')
  .description('how soon a start on many open visits is ready')
  .option('--visits <count>', 'open visits', '100000')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/restart.ts')).benchRestart(options));

bench
  .command('ingest')
  .description("the processor beside ClickHouse's own Kafka engine, both from the same topics of Kafka")
  .option('--seed <seed>', 'seed of the generated port days', '1')
  .option('--events <count>', 'events in the topics', '1000000')
  .option('--processors <count>', 'processes that share the partitions', '2')
  .option('--kafka <host:port>', 'brokers without topics of Clearquay (default: one that is started here; needs Java 21 and Maven)')
  .option('--registry <url>', 'Confluent API of a schema registry (default: one that is started here)')
  .option('--json', 'print all figures as one JSON object on the last line')
  .action(async (options) => (await import('./bench/ingest.ts')).benchIngest(options));

program.action(async (options) => {
  if (options.printConfig) (await import('./commands/print-config.ts')).printConfig();
  else program.help();
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
