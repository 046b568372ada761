import { randomBytes, randomInt, randomUUID } from 'node:crypto';

export type CallEventName = 'ringing' | 'answered' | 'hangup' | 'missed';

/** One call as Ringover knows it. Numbers are digits without `+`; times are seconds since 1970. */
export interface RingoverCallFacts {
  /** A UUID, the same in every event of the call. */
  id: string;
  /** An unsigned integer of 64 bits, 19 or 20 digits: more than a JavaScript number holds, so a text here. */
  callId: string;
  channelId: string;
  fromNumber: string;
  toNumber: string;
  startedAtS: number;
  /** `inbound` if not said. */
  direction?: 'inbound' | 'outbound';
  /** What took it, as is told of a call that is over; a person if not said. */
  answeredBy?: 'HUMAN' | 'MACHINE';
}

/** Of 19 digits. */
const SMALLEST_CALL_ID = 10n ** 18n;

/** How `call_id` and `channel_id` are written; Ringover's own samples have both. */
export type IdsAs = 'number' | 'string';

/** Ids are unlike those of any call before, also over restarts: a carrier never gives one twice. */
export function newCallFacts(
  known: Pick<RingoverCallFacts, 'fromNumber' | 'toNumber' | 'startedAtS'>,
): RingoverCallFacts {
  const drawn = randomBytes(8).readBigUInt64BE();
  const callId = drawn < SMALLEST_CALL_ID ? drawn + SMALLEST_CALL_ID : drawn;
  return {
    id: randomUUID(),
    callId: String(callId),
    channelId: String(randomInt(100_000_000, 1_000_000_000)),
    ...known,
  };
}

export interface CallEventOptions {
  attempt: number;
  /** Of the event, not of the delivery: a retry carries the same. */
  timestampS: number;
  idsAs: IdsAs;
}

/** The body of a webhook of the call-event section, as JSON (reference: ringover.md 3.2 and 3.4). */
export function callEventJson(event: CallEventName, call: RingoverCallFacts, options: CallEventOptions): string {
  const { attempt, timestampS, idsAs } = options;
  const bare = idsAs === 'number';
  const data = {
    id: call.id,
    call_id: call.callId,
    ...(event === 'missed' ? {} : { channel_id: call.channelId }),
    start_time: call.startedAtS,
    ...endOf(event, call, timestampS),
    direction: call.direction ?? 'inbound',
    from_number: call.fromNumber,
    to_number: call.toNumber,
    user_id: null,
    is_internal: false,
    is_anonymous: false,
    is_ivr: true,
    ivr_data: { number: call.toNumber, scenario_name: 'Voice agent', ivr_name: 'Lab' },
    status: event,
    ...(event === 'missed' ? { reason: 'NOANSWER' } : {}),
  };
  const json = JSON.stringify({ event, resource: 'call', timestamp: timestampS, attempt, data });
  return bare ? json.replace(/"(call_id|channel_id)":"(\d+)"/g, '"$1":$2') : json;
}

function endOf(event: CallEventName, call: RingoverCallFacts, atS: number): Record<string, number | string> {
  if (event === 'missed') return { hangup_time: atS };
  if (event !== 'hangup') return {};
  const duration = Math.max(0, Math.round(atS - call.startedAtS));
  return { hangup_time: atS, duration_in_seconds: duration, answering_machine_detection: call.answeredBy ?? 'HUMAN' };
}
