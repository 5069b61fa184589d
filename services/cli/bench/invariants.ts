import type { UnLocode } from '@clearquay/domain/identifiers/un-locode.ts';
import type { EventLog } from '@clearquay/domain/ports/event-log.ts';
import type { Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { eventTopics } from '@clearquay/schemas/topics.ts';
import type { Parts } from '../parts.ts';
import { compareWithFold, digestOf, type FoldDifference } from './compare-with-fold.ts';

/** One of two sides that have to be equal: how many things, and a digest of all of them whatever their order. */
export interface Side {
  readonly name: string;
  readonly count: number;
  readonly digest: string;
}

/** What was found about an invariant. */
export interface Verdict {
  readonly invariant: string;
  readonly sides: readonly [Side, Side];
  /** How many things only one of the two sides has. */
  readonly different: number;
  readonly holds: boolean;
}

/** A set as SQL that gives a column `name`. */
interface NamedSet {
  readonly name: string;
  readonly sql: string;
}

async function sideOf(warehouse: Warehouse, { name, sql }: NamedSet): Promise<Side> {
  const [row] = await warehouse.query<{ count: string; digest: string }>(
    `SELECT count() AS count, lower(hex(groupBitXor(cityHash64(name)))) AS digest FROM (${sql})`,
  );
  return { name, count: Number(row?.count), digest: row?.digest ?? '' };
}

/** Two sets in the same database: what is twice on a side is no set, and shows in its count. */
async function compareSets(warehouse: Warehouse, invariant: string, left: NamedSet, right: NamedSet): Promise<Verdict> {
  const missing = (a: NamedSet, b: NamedSet): string => `(SELECT count() FROM (${a.sql}) WHERE name NOT IN (${b.sql}))`;
  const [row] = await warehouse.query<{ n: string }>(`SELECT ${missing(left, right)} + ${missing(right, left)} AS n`);
  const sides = [await sideOf(warehouse, left), await sideOf(warehouse, right)] as const;
  const different = Number(row?.n);
  return {
    invariant,
    sides,
    different,
    holds: different === 0 && sides[0].count === sides[1].count && sides[0].digest === sides[1].digest,
  };
}

/** Writes names into a table of their own, each once. */
async function setOf(warehouse: Warehouse, name: string, names: Iterable<string>): Promise<NamedSet> {
  const table = `bench_${name.replaceAll(' ', '_')}`;
  await warehouse.query(`CREATE TABLE ${table} (name String) ENGINE = MergeTree ORDER BY name`);
  await warehouse.insert(
    table,
    [...new Set(names)].map((one) => ({ name: one })),
    table,
  );
  return { name, sql: `SELECT name FROM ${table}` };
}

const maxRecords = 5_000;

/** `source/id` of every event in the topics. */
async function* eventsInTopics({ log, codec }: Pick<Parts, 'log' | 'codec'>): AsyncGenerator<string> {
  for (const topic of eventTopics)
    for (const [partition, { start, end }] of (await log.bounds(topic)).entries())
      for (let offset = start; offset < end; ) {
        const records: Awaited<ReturnType<EventLog['read']>> = await log.read(topic, partition, offset, { maxRecords, waitMs: 5_000 });
        const values = records.flatMap(({ value }) => (value ? [value] : []));
        await codec.learn(values);
        for (const value of values) {
          const decoded = codec.decode(topic, value);
          if (!decoded.ok) throw new Error(`${topic}/${partition}: ${decoded.error.code}`);
          const { source, id } = decoded.value as { source: string; id: string };
          yield `${source}/${id}`;
        }
        offset = (records.at(-1)?.offset ?? offset - 1) + 1;
      }
}

const applied: NamedSet = { name: 'events', sql: "SELECT concat(source, '/', event_id) AS name FROM events FINAL" };

/** The newest revision of every visit, recomputed from the table that keeps all of them. */
const newest = `SELECT port, visit_id, max(r.revision) AS newest, argMax(direction, r.revision) AS direction, argMax(milestones, r.revision) AS milestones,
    argMax(document, r.revision) AS document FROM visit_revisions AS r GROUP BY port, visit_id HAVING argMax(gone, r.revision) = 0`;
const stay = (direction: string, from: string, to: string): string =>
  `sumIf(dateDiff('second', milestones['${from}'], milestones['${to}']),
    direction = '${direction}' AND mapContains(milestones, '${from}') AND mapContains(milestones, '${to}'))`;
const totals = (imports: string, exports: string, transhipments: string): string =>
  `concat_ws('|', port, direction, toString(count()), toString(${imports}), toString(${exports}), toString(${transhipments})) AS name`;
const ofView = (column: string): string => `ifNull(sum(dwell_${column}_seconds), 0)`;

const shownAgain: readonly (readonly [NamedSet, NamedSet])[] = [
  ...['visits_now', 'visits_as_of(at = now64(3))'].map((view): readonly [NamedSet, NamedSet] => [
    { name: view, sql: `SELECT concat_ws('|', port, visit_id, toString(revision), document) AS name FROM ${view}` },
    {
      name: 'newest of visit_revisions',
      sql: `SELECT concat_ws('|', port, visit_id, toString(newest), document) AS name FROM (${newest})`,
    },
  ]),
  [
    {
      name: 'totals of dwell',
      sql: `SELECT ${totals(ofView('import'), ofView('export'), ofView('transhipment'))} FROM dwell GROUP BY port, direction`,
    },
    {
      name: 'totals of visit_revisions',
      sql: `SELECT ${totals(
        stay('import', 'discharged', 'gated-out'),
        stay('export', 'gated-in', 'loaded'),
        stay('transhipment', 'discharged', 'loaded'),
      )} FROM (${newest}) GROUP BY port, direction`,
    },
  ],
];

/** What is checked, and on what. */
export interface Checked {
  readonly parts: Pick<Parts, 'log' | 'codec' | 'warehouse' | 'ports' | 'lists'>;
  /** `source/id` of every event that was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
}

/** I2 over all ports, and the boxes that differ. */
async function compareFolds({ parts }: Checked): Promise<{ readonly verdict: Verdict; readonly differences: readonly FoldDifference[] }> {
  const [written, folded]: [string[], string[]] = [[], []];
  const differences: FoldDifference[] = [];
  let counts: readonly [number, number] = [0, 0];
  for (const { port } of await parts.warehouse.query<{ port: UnLocode }>('SELECT DISTINCT port FROM events ORDER BY port')) {
    const one = await compareWithFold(parts.warehouse, port, parts);
    counts = [counts[0] + one.written.length, counts[1] + one.folded.length];
    written.push(digestOf(one.written));
    folded.push(digestOf(one.folded));
    differences.push(...one.differences);
  }
  const side = (name: string, count: number, digests: readonly string[]): Side => ({ name, count, digest: digestOf(digests).slice(0, 16) });
  const sides = [side('visits', counts[0], written), side('fold of events', counts[1], folded)] as const;
  return { verdict: { invariant: 'I2', sides, different: differences.length, holds: differences.length === 0 }, differences };
}

/** Compares both sides of I1, I9, I2 and I3 once nothing is under way any more. */
export async function checkInvariants(
  checked: Checked,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly differences: readonly FoldDifference[] }> {
  const { warehouse } = checked.parts;
  const acknowledged = await setOf(warehouse, 'acknowledged', checked.acknowledged);
  const inTopics = await setOf(warehouse, 'in the topics', await Array.fromAsync(eventsInTopics(checked.parts)));
  const { verdict, differences } = await compareFolds(checked);
  const verdicts = [
    await compareSets(warehouse, 'I1', acknowledged, applied),
    verdict,
    ...(await Promise.all(shownAgain.map(([shown, again]) => compareSets(warehouse, 'I3', shown, again)))),
    await compareSets(warehouse, 'I9', acknowledged, inTopics),
  ];
  return { verdicts, differences };
}
