import { containerCheckDigit } from '@clearquay/domain/identifiers/container-number.ts';
import type { Row, Warehouse } from '@clearquay/domain/ports/warehouse.ts';
import { partitionOf } from '@clearquay/domain/stream/partition.ts';
import { revisionOf } from '@clearquay/domain/stream/revision.ts';
import { topics } from '@clearquay/schemas/topics.ts';
import type { TestLog } from './gateway-under-test.ts';

/** What a visit is told to be; the rest is the same for all. */
export interface VisitFacts {
  /** Number of the box of an invented owner. */
  readonly n: number;
  readonly port?: string;
  readonly direction?: string;
  readonly status?: string;
  readonly bills?: readonly string[];
  readonly bookings?: readonly string[];
  readonly calls?: readonly string[];
  readonly milestones?: Readonly<Record<string, number>>;
  readonly merged?: boolean;
  /** Makes the document larger by about so many bytes. */
  readonly ballastBytes?: number;
}

/** The n-th container of an invented owner, with its check digit. */
export function boxNumber(n: number): string {
  const ten = `VKNU${String(n).padStart(6, '0')}`;
  return `${ten}${containerCheckDigit(ten)}`;
}

/** The id of the visit of the n-th box. */
export const visitIdOf = (n: number, port = 'CNDLC'): string => `${port}-${boxNumber(n)}-a0b1c2d3`;

/**
 * Plays the owner of the ports: writes each revision to the warehouse first, then the markers of the batch, then to the
 * updates topic, as the processor does. Calls wait for each other. Sequences count up over all of them; `epoch` is that
 * of the owner. Gives the revisions.
 */
export function createOwner({ log, codec }: TestLog, warehouse: Warehouse, epoch = 1) {
  let sequence = 0;
  let before: Promise<unknown> = Promise.resolve();

  const write = async (visits: readonly VisitFacts[]): Promise<readonly string[]> => {
    const told = visits.map((facts) => ({ facts, revision: String(revisionOf(epoch, ++sequence)) }));
    const rows = told.map(({ facts, revision }) => visitRow(facts, revision));
    const put = (table: string, of: readonly Row[]) => warehouse.insert(table, of, `${table}-${epoch}-${sequence}`);
    await Promise.all([
      put('visits', rows),
      put('visit_revisions', rows),
      put(
        'changes',
        told.map(({ facts, revision }) => changeRow(facts, revision)),
      ),
    ]);
    const partitions = new Set(visits.map(({ port = 'CNDLC' }) => partitionOf(port)));
    const marker = { revision: String(revisionOf(epoch, ++sequence)), epoch, kind: 'batch', ranges: '{}', applied_at: assignedAt };
    await put(
      'batches',
      [...partitions].map((partition) => ({ partition, ...marker })),
    );
    await log.append(
      told.map(({ facts, revision }, i) => {
        const { port = 'CNDLC' } = facts;
        const value = codec.encode(topics.updates.name, updateOf(facts, revision, epoch, String(rows[i]?.['document'])));
        return { topic: topics.updates.name, partition: partitionOf(port), key: port, value };
      }),
    );
    return told.map((t) => t.revision);
  };

  return (...visits: readonly VisitFacts[]): Promise<readonly string[]> => {
    const written = before.then(() => write(visits));
    before = written.catch(() => undefined);
    return written;
  };
}

const assignedAt = Date.UTC(2026, 2, 1);

function visitRow(facts: VisitFacts, revision: string): Row {
  const { n, port = 'CNDLC', direction = 'import', status = 'open', bills = [], bookings = [], calls = [], milestones = {} } = facts;
  const document = {
    visitId: visitIdOf(n, port),
    version: revision,
    port,
    container: boxNumber(n),
    direction,
    directionGuessed: false,
    status,
    calls,
    bills,
    declarations: [],
    bookings,
    lanes: {},
    milestones: Object.fromEntries(
      Object.entries(milestones).map(([name, at]) => [name, { actual: new Date(at).toISOString(), source: 'dlc-terminal' }]),
    ),
    holds: [],
    conditions: [],
    readiness: {},
    clocks: {},
    deadlines: [],
    findings: facts.ballastBytes ? [{ code: 'x'.repeat(facts.ballastBytes), severity: 'info', events: [] }] : [],
  };
  return {
    port,
    container: boxNumber(n),
    visit_id: visitIdOf(n, port),
    revision,
    assigned_at: assignedAt,
    applied_at: assignedAt + Number(BigInt(revision) & 0xffffffn) * 1_000,
    direction,
    status,
    bills,
    bookings,
    calls,
    milestones,
    gone: facts.merged ? 1 : 0,
    document: JSON.stringify(document),
  };
}

const changeRow = ({ n, port = 'CNDLC', merged }: VisitFacts, revision: string): Row => ({
  partition: partitionOf(port),
  revision,
  port,
  container: boxNumber(n),
  visit_id: visitIdOf(n, port),
  cause: merged ? 'merged' : 'event',
  changed: ['status'],
  applied_at: assignedAt,
});

function updateOf(facts: VisitFacts, revision: string, epoch: number, visit: string) {
  const { n, port = 'CNDLC', direction = 'import', status = 'open', bills = [], bookings = [], calls = [] } = facts;
  return {
    visitId: visitIdOf(n, port),
    revision,
    epoch,
    port,
    container: boxNumber(n),
    direction,
    status,
    bills,
    declarations: [],
    bookings,
    calls,
    holds: [],
    codes: ['terminal.discharged'],
    cause: facts.merged ? 'merged' : 'event',
    changes: ['status'],
    supersedes: [],
    events: '[]',
    visit,
    appliedAt: assignedAt,
  };
}
