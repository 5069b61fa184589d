import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import type { ClientFrame } from '@clearquay/domain/stream/frames.ts';
import Type from 'typebox';
import { Compile } from 'typebox/compile';

const strict = { additionalProperties: false };
const subscriptionId = Type.String({ minLength: 1, maxLength: 64 });
const list = Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 2_000 }));

/** JSON Schema of a stream filter. */
export const filterSchema = Type.Object(
  {
    containers: list,
    bills: list,
    declarations: list,
    bookings: list,
    calls: list,
    ports: list,
    directions: list,
    statuses: list,
    holds: list,
    codes: list,
  },
  strict,
);

/** JSON Schemas of what a client may send, by frame type. */
export const clientFrameSchemas = {
  subscribe: Type.Object(
    {
      type: Type.Literal('subscribe'),
      id: subscriptionId,
      filter: filterSchema,
      cursor: Type.Optional(Type.String({ maxLength: 4_096 })),
      fields: Type.Optional(Type.Union([Type.Literal('summary'), Type.Literal('full')])),
    },
    strict,
  ),
  unsubscribe: Type.Object({ type: Type.Literal('unsubscribe'), id: subscriptionId }, strict),
  ping: Type.Object({ type: Type.Literal('ping') }, strict),
} as const;

const checks = {
  subscribe: Compile(clientFrameSchemas.subscribe),
  unsubscribe: Compile(clientFrameSchemas.unsubscribe),
  ping: Compile(clientFrameSchemas.ping),
};

/** Why a frame is refused. Without `fatal` the client spoke the protocol and only this frame is wrong. */
export interface FrameRefusal {
  readonly problem: Problem;
  /** The subscription that the frame was about, when it says so. */
  readonly id?: string;
  readonly fatal: boolean;
}

const fatal = (message: string): Result<never, FrameRefusal> => refuse({ problem: problem('CQ_FRAME_INVALID', message), fatal: true });

/** Reads one client frame strictly; unknown keys are refused so that a misspelt filter never means "everything". */
export function parseClientFrame(text: string): Result<ClientFrame, FrameRefusal> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fatal('Send one JSON object per text message.');
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return fatal('Send a JSON object with a type.');
  const { type } = value;
  if (type !== 'subscribe' && type !== 'unsubscribe' && type !== 'ping')
    return fatal('Send a frame of type subscribe, unsubscribe or ping.');
  const check = checks[type];
  if (check.Check(value)) return ok(value as ClientFrame);
  const [first] = check.Errors(value);
  const id = 'id' in value && typeof value.id === 'string' && value.id.length <= 64 ? value.id : undefined;
  const message = `Correct the ${type} frame: ${first?.message ?? 'it does not have the documented shape'}.`;
  return refuse({ problem: problem('CQ_FRAME_INVALID', message, first?.instancePath || undefined), ...(id && { id }), fatal: false });
}
