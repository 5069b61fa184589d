import type { Findings } from './finding.ts';
import type { GroupTable } from './group-tables.ts';
import type { Message } from './message.ts';
import { type Segment, textOf } from './segment.ts';

/** The segments about one piece of equipment, from its EQD on. */
export interface BoxGroup {
  readonly equipment: Segment;
  /** Segments of the box itself. */
  readonly own: Segment[];
  /** Each TDT inside the group with the segments that belong to it. */
  readonly carriages: Segment[][];
  /** Segments of goods groups that name the box by SGP. */
  readonly goods: Segment[];
}

/** A message cut into its header, its boxes and its end. */
export interface GroupedMessage {
  readonly header: Segment[];
  readonly boxes: BoxGroup[];
  readonly trailer: Segment[];
}

/** Finds for each segment the group it belongs to. Order is followed where it matters and noted where it is not the table's. */
export function groupBoxes(message: Message, table: GroupTable, findings: Findings): GroupedMessage {
  const reader = new GroupReader(table, findings);
  for (const segment of message.segments) reader.take(segment);
  return reader.finish();
}

class GroupReader {
  readonly #table: GroupTable;
  readonly #findings: Findings;
  readonly #header: Segment[] = [];
  readonly #boxes: BoxGroup[] = [];
  readonly #trailer: Segment[] = [];
  readonly #goods: Segment[][] = [];
  #place: 'header' | 'goods' | 'box' | 'trailer' = 'header';
  #inCarriage = false;
  #rank = 0;
  #before = '';

  constructor(table: GroupTable, findings: Findings) {
    this.#table = table;
    this.#findings = findings;
  }

  take(segment: Segment): void {
    const { tag } = segment;
    if (tag === 'EQD') this.#openBox(segment);
    else if (tag === 'GID') this.#openGoods(segment);
    else if (this.#table.trailer.includes(tag)) {
      this.#place = 'trailer';
      this.#trailer.push(segment);
    } else if (this.#place === 'box') this.#intoBox(segment);
    else this.#elsewhere(segment);
    this.#before = tag;
  }

  finish(): GroupedMessage {
    for (const goods of this.#goods)
      for (const sgp of goods.filter((s) => s.tag === 'SGP'))
        for (const box of this.#boxes) if (textOf(box.equipment, 2) === textOf(sgp, 1)) box.goods.push(...goods);
    return { header: this.#header, boxes: this.#boxes, trailer: this.#trailer };
  }

  #openBox(segment: Segment): void {
    this.#place = 'box';
    this.#inCarriage = false;
    this.#rank = 0;
    this.#boxes.push({ equipment: segment, own: [], carriages: [], goods: [] });
  }

  #openGoods(segment: Segment): void {
    if (this.#table.goods.length === 0) this.#findings.add('segment-unexpected', { segment });
    this.#place = 'goods';
    this.#goods.push([segment]);
  }

  #elsewhere(segment: Segment): void {
    const [known, into] =
      this.#place === 'goods'
        ? [this.#table.goods, this.#goods.at(-1)]
        : this.#place === 'header'
          ? [this.#table.header, this.#header]
          : [this.#table.trailer, this.#trailer];
    if (!known.includes(segment.tag)) this.#findings.add('segment-unexpected', { segment });
    into?.push(segment);
  }

  #intoBox(segment: Segment): void {
    const box = this.#boxes.at(-1) as BoxGroup;
    const { tag } = segment;
    if (tag === 'TDT') box.carriages.push([segment]);
    else if (this.#inCarriage && this.#table.carriage.includes(tag)) {
      box.carriages.at(-1)?.push(segment);
      return;
    } else box.own.push(segment);
    this.#inCarriage = tag === 'TDT';
    this.#checkOrder(segment);
  }

  #checkOrder(segment: Segment): void {
    if (this.#table.timedPlaces && segment.tag === 'DTM' && this.#before === 'LOC') return;
    const rank = this.#table.equipment.indexOf(segment.tag);
    if (rank < 0) this.#findings.add('segment-unexpected', { segment });
    else if (rank < this.#rank) this.#findings.add('segment-out-of-order', { segment });
    else this.#rank = rank;
  }
}
