import { cpus, totalmem } from 'node:os';

/** The machine and versions that a figure belongs to. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly clickhouse: string;
  readonly date: string;
}

/** Ports of every load, in order, each in a partition of its own and with its own last letters, with which ids of events begin; the first marks of the design are for a handful. */
export const busyPorts =
  'CNDLC CNYTG CNYIK CNJNZ CNTAO CNSHA CNXMN CNNGB USNYC PAMIT CNSHK CNNSA CNZHA CNRZH SGSIN MYPKG NLRTM USLGB AEJEA THLCH'.split(' ');

/** Describes this machine; the ClickHouse version comes from the server that was measured. */
export function thisMachine(clickhouse: string): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    clickhouse,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The value below which a share of the sorted values lies; 0 of none. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** A number for people: thousands separated, three digits at least. */
export const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
