import type { Direction } from '@clearquay/domain/events/codes.ts';
import type { Port, PortTable } from '@clearquay/domain/identifiers/un-locode.ts';
import { activityQualifiers } from './box-codes.ts';
import type { Findings } from './finding.ts';
import type { BoxGroup } from './group-boxes.ts';
import type { Header } from './header.ts';
import type { Move } from './message-codes.ts';
import type { Partner } from './partner.ts';
import { componentOf, type Segment, textOf } from './segment.ts';

/** A place that was found: its port, and the facility as the sender codes it. */
export interface Place {
  readonly port: Port;
  readonly facility?: string;
}

/** Where a move took place, and what gives its local time a zone. */
export interface MovePlace extends Place {
  readonly activity?: Port;
  readonly call?: Port;
}

const gateMoves: readonly Move[] = ['gate-in', 'gate-out'];
const loading = '9';
const discharging = '11';

/** Finds the places of boxes with the port list and the partner's own place codes. */
export class PlaceFinder {
  readonly #ports: PortTable;
  readonly #partner: Partner;
  readonly #findings: Findings;
  /** The header's places, read once for all boxes. */
  readonly #known = new Map<Segment, Place | undefined>();

  constructor(ports: PortTable, partner: Partner, findings: Findings) {
    this.#ports = ports;
    this.#partner = partner;
    this.#findings = findings;
  }

  /** The place of a LOC. Glued codes such as `IDJKT45` are split by the partner's table only. */
  #placeOf(loc: Segment | undefined): Place | undefined {
    const code = loc && componentOf(loc, 2);
    if (!loc || !code) return undefined;
    const glued = this.#partner.places[code.value.trim()];
    const port = this.#ports.resolve(glued?.port ?? code.value.trim());
    if (!port) {
      this.#findings.add('locode-unknown', { segment: loc, element: 2, component: code });
      return undefined;
    }
    const facility = textOf(loc, 3, 0).trim() || glued?.facility;
    return { port, ...(facility && { facility }) };
  }

  /**
   * The place of a move. At the quay it is the port of call: the header's place of loading or discharge by the move,
   * else the other. At the gate it is the place of activity; a header place serves only when the box's own status says
   * which of the two is here. The partner's only port stands in for both.
   */
  find(move: Move, header: Header, box: BoxGroup, status: Direction | undefined): MovePlace | undefined {
    const activity = this.#placeOf(box.own.find((s) => s.tag === 'LOC' && activityQualifiers.includes(textOf(s, 1))));
    const call = this.#callOf(move, header, status);
    const only = this.#partner.port === undefined ? undefined : this.#ports.resolve(this.#partner.port);
    const here = gateMoves.includes(move) ? (activity ?? (only && { port: only }) ?? call) : (call ?? activity ?? (only && { port: only }));
    if (!here) return undefined;
    const facility = here.facility ?? activity?.facility;
    return {
      port: here.port,
      ...(facility && { facility }),
      ...(activity && { activity: activity.port }),
      call: call?.port ?? here.port,
    };
  }

  #callOf(move: Move, header: Header, status: Direction | undefined): Place | undefined {
    const isGate = gateMoves.includes(move);
    const first = isGate
      ? status === 'import'
        ? discharging
        : status === 'export'
          ? loading
          : undefined
      : move === 'load'
        ? loading
        : discharging;
    if (first === undefined) return undefined;
    const other = first === loading ? discharging : loading;
    return this.#headerPlace(header.places.get(first)) ?? (isGate ? undefined : this.#headerPlace(header.places.get(other)));
  }

  #headerPlace(loc: Segment | undefined): Place | undefined {
    if (loc && !this.#known.has(loc)) this.#known.set(loc, this.#placeOf(loc));
    return loc && this.#known.get(loc);
  }
}
