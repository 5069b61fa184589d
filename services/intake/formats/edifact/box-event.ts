import type { Code } from '@clearquay/domain/events/catalogue.generated.ts';
import { parseStatusEvent } from '@clearquay/domain/events/parse-event.ts';
import { isQuarantined } from '@clearquay/domain/events/quarantine.ts';
import { parseContainerNumber } from '@clearquay/domain/identifiers/container-number.ts';
import { formatInstant } from '@clearquay/domain/identifiers/zone.ts';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import type { ProblemCode } from '@clearquay/domain/problems/problem-codes.ts';
import type { ItemOutcome } from '../message-format.ts';
import { equipmentStatuses } from './box-codes.ts';
import { readDetails, readFull, readSeals } from './box-details.ts';
import { readParties, readReferences } from './box-references.ts';
import { readMoveTime, readWritten } from './box-time.ts';
import { amendmentId, type BoxIdentity, reportId } from './event-id.ts';
import type { BoxGroup } from './group-boxes.ts';
import { moveCodes } from './message-codes.ts';
import type { MessageContext } from './message-context.ts';
import type { MovePlace } from './places.ts';
import type { ZoneSources } from './resolve-time.ts';
import { componentOf, type Segment, textOf } from './segment.ts';

/** The box's place among the boxes of its message. */
export interface BoxPosition {
  readonly index: number;
  readonly repetition: number;
}

const pointerTo = (segment: Segment, element: number): string => `/segments/${segment.index}/elements/${element}`;

function refused(box: BoxGroup, problems: readonly Problem[]): ItemOutcome {
  const segments = [box.equipment, ...box.own, ...box.carriages.flat()];
  const offset = box.equipment.offset;
  const end = Math.max(...segments.map((s) => s.offset + s.length));
  return { status: 'refused', subject: textOf(box.equipment, 2), problems, offset, length: end - offset };
}

interface Chosen {
  readonly code: Code;
  readonly kind?: string;
}

/** The code of the move, or of what the box's status says happened instead; nothing when it did not move. */
function codeOf(context: MessageContext, statusCode: string, full: boolean | undefined): Chosen | undefined {
  const instead = equipmentStatuses[statusCode]?.instead?.[context.move];
  if (instead === 'nothing') return undefined;
  if (instead) return instead;
  return { code: context.code ?? moveCodes[context.move][full === false ? 'empty' : 'full'] };
}

const containerFinding = (code: ProblemCode): 'container-check-digit' | 'container-format' =>
  code === 'CQ_CONTAINER_CHECK_DIGIT' ? 'container-check-digit' : 'container-format';

/** Makes the status event of one box, or says why there is none. Its neighbours do not notice. */
export function readBox(box: BoxGroup, position: BoxPosition, context: MessageContext): ItemOutcome | undefined {
  const { findings } = context;
  const eqd = box.equipment;
  const number = componentOf(eqd, 2);
  const container = parseContainerNumber(number?.value ?? '', pointerTo(eqd, 2));
  if (!container.ok) {
    findings.add(containerFinding(container.error.code), { segment: eqd, element: 2, component: number });
    return refused(box, [container.error]);
  }
  const full = readFull(eqd, findings);
  const chosen = codeOf(context, textOf(eqd, 5), full);
  if (!chosen) {
    findings.add('equipment-status-unmoved', { segment: eqd, element: 5, component: componentOf(eqd, 5) });
    return undefined;
  }
  const place = context.places.find(context.move, context.header, box, equipmentStatuses[textOf(eqd, 5)]?.direction);
  if (!place) {
    findings.add('port-unknown', { segment: eqd });
    return refused(box, [
      problem('CQ_PORT_UNKNOWN', 'Name the port of call or the place of activity by a known UN/LOCODE.', pointerTo(eqd, 0)),
    ]);
  }
  const zones: ZoneSources = { partner: context.partner.zone, activity: place.activity, call: place.call };
  const time = readMoveTime(box, context, zones);
  if (!time)
    return refused(box, [problem('CQ_TIME_INVALID', 'Give the box the time of its move as the message guide says.', pointerTo(eqd, 0))]);
  const written = readWritten(context, zones);
  const identity = { container: container.value, timeText: time.text, ...position };
  const parsed = parseStatusEvent(
    {
      ...identify(identity, context),
      ...describe(box, full, chosen, place, context),
      subject: { type: 'container', id: container.value },
      classifier: 'actual',
      occurredAt: formatInstant(time.at, 'UTC'),
      occurredAtText: time.text,
      zoneRule: time.rule,
      ...(written !== undefined && { recordedAt: formatInstant(written, 'UTC') }),
    },
    context.ports,
  );
  if (!parsed.ok) {
    findings.add('item-refused', { segment: eqd });
    return refused(box, parsed.error);
  }
  const quarantined = isQuarantined(parsed.value, context.receivedAt);
  if (quarantined) findings.add('time-ahead', { segment: eqd });
  return { status: 'event', event: parsed.value, quarantined };
}

/** Who says it, under which id, and about which earlier report. */
function identify(box: BoxIdentity, context: MessageContext): object {
  const { action, header, partner } = context;
  if (action === 'report') return { id: reportId(box, header.documentNumber, context), action, source: partner.id };
  const target = reportId(box, header.previous ?? header.documentNumber, context);
  return { id: amendmentId(box, context), action, source: partner.id, replaces: { source: partner.id, id: target } };
}

/** What happened, where, to what, and with whom. */
function describe(box: BoxGroup, full: boolean | undefined, chosen: Chosen, place: MovePlace, context: MessageContext): object {
  const { findings, header, move } = context;
  const seals = readSeals(box, findings);
  const call = header.vessel && header.voyage ? `${header.vessel}:${place.port.code}:${header.voyage}` : undefined;
  return {
    code: chosen.code,
    port: place.port.code,
    ...(place.facility && { location: { facility: place.facility } }),
    references: readReferences(box, call, seals),
    parties: readParties(header.parties, box),
    details: { ...readDetails(box, move.startsWith('gate'), full, seals, findings), ...(chosen.kind && { kind: chosen.kind }) },
  };
}
