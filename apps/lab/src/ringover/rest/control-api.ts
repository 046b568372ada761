import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { Clock } from '@app/kernel';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import { type Account, type Grant, GRANTS, REGIONS } from './account.js';
import { type DialOutcome, dialOutcome } from './dial-script.js';
import { restFault } from './rest-faults.js';
import type { VirtualRingover } from './virtual-ringover.js';

const grants = z.array(z.enum(GRANTS as readonly [Grant, ...Grant[]]));
const changes = z.strictObject({
  grants: grants.optional(),
  monitoring: z.boolean().optional(),
  smsCredits: z.int().min(0).optional(),
});
const digits = z.int().positive();
const newCall = z.strictObject({
  direction: z.enum(['IN', 'OUT']).default('IN'),
  from: digits,
  to: digits,
  /** When it began. */
  at: z.iso.datetime().optional(),
});
const callEnd = z.strictObject({ lastState: z.string().default('ANSWERED'), transcript: z.string().optional() });
const hangUp = z.strictObject({ method: z.enum(['POST', 'PUT', 'DELETE']), path: z.string().startsWith('/') });

interface Told {
  status: number;
  json: unknown;
}

const PLACE = /^\/lab\/ringover(?:\/(eu|us))?(?:\/([a-z-]+))?(?:\/(\d+))?$/;
const DONE: Told = { status: 200, json: {} };
const wrong = (error: string): Told => ({ status: 400, json: { error } });

export interface ControlParts {
  ringover: VirtualRingover;
  clock: Clock;
  /** Takes what becomes of the next calls that are dialled; absent: nobody plays them. */
  queueOutcomes?: (outcomes: readonly DialOutcome[]) => void;
}

/**
 * What tests ask of the virtual Ringover, and set in it, below `/lab/ringover`:
 *
 * - `GET /`: all requests that it saw. `DELETE /`: forgets them. `PUT /hang-up {method, path}`
 * - `POST /faults {kind, path, status, times}`, `DELETE /faults`; `PUT /outcomes [..]` of the next calls dialled
 * - `GET /eu`: what the account in this region holds; `PATCH /eu {grants, monitoring, smsCredits}`
 * - `POST /eu/calls {direction, from, to}` begins one; `DELETE /eu/calls/:id {lastState, transcript}` ends it
 */
export async function controlRingover(
  request: IncomingMessage,
  response: ServerResponse,
  { ringover, clock, queueOutcomes }: ControlParts,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  const [, region, what, id] = PLACE.exec(pathname) ?? [];
  const asked = `${request.method} ${region ? '/account' : ''}/${what ?? ''}`;
  const body = anyJson(await textOf(request));
  const account = REGIONS.find((one) => one === region);
  const told = account
    ? ofAccount(asked, ringover.accountIn(account), { id, body, clock })
    : ofAll(asked, body, ringover, queueOutcomes);
  response.writeHead(told.status, { 'content-type': 'application/json' }).end(idsAsTexts(told.json));
}

function ofAll(
  asked: string,
  body: unknown,
  ringover: VirtualRingover,
  queueOutcomes: ControlParts['queueOutcomes'],
): Told {
  switch (asked) {
    case 'GET /':
      return { status: 200, json: { requests: ringover.seen } };
    case 'DELETE /':
      ringover.seen.length = 0;
      return DONE;
    case 'POST /faults':
      return having(restFault, body, (fault) => ringover.faults.add(fault));
    case 'DELETE /faults':
      ringover.faults.clear();
      return DONE;
    case 'PUT /hang-up':
      return having(hangUp, body, ({ method, path }) => ringover.setHangUp(method, path));
    case 'PUT /outcomes':
      if (!queueOutcomes) return wrong('nobody plays what is dialled here');
      return having(z.array(dialOutcome), body, queueOutcomes);
    default:
      return { status: 404, json: { error: 'there is nothing here' } };
  }
}

function ofAccount(
  asked: string,
  account: Account,
  { id, body, clock }: { id: string | undefined; body: unknown; clock: Clock },
): Told {
  const { book } = account;
  switch (asked) {
    case 'GET /account/':
      return { status: 200, json: viewOf(account) };
    case 'PATCH /account/':
      return having(changes, body, (wanted) => change(account, wanted));
    case 'POST /account/calls':
      return having(newCall, body, ({ at, ...call }) => {
        const startedAt = at === undefined ? clock.date() : new Date(at);
        const { callId, channelId } = book.begin({ ...call, userId: account.ownerId, ivrId: null, startedAt });
        return { callId, channelId };
      });
    case 'DELETE /account/calls': {
      const call = book.live.find(({ callId }) => String(callId) === id);
      if (!call) return { status: 404, json: { error: 'no such call lives' } };
      return having(callEnd, body ?? {}, ({ lastState, transcript }) => {
        book.end(call, { at: clock.date(), lastState });
        const [segment] = book.segments(String(call.callId));
        if (segment && transcript !== undefined) segment.transcript = transcript;
      });
    }
    default:
      return { status: 404, json: { error: 'there is nothing here' } };
  }
}

const viewOf = ({ key, grants: held, monitoring, smsCredits, texts, book, numbers, ivrs, users }: Account) => ({
  ...{ key, grants: [...held], monitoring, smsCredits, texts, numbers, ivrs, users },
  live: book.live.map(({ told: _, ...call }) => call),
  past: book.past.map(({ recording, ...segment }) => ({ ...segment, isRecorded: recording !== null })),
});

function change(account: Account, { grants: held, monitoring, smsCredits }: z.output<typeof changes>): void {
  if (held) account.grants = new Set(held);
  account.monitoring = monitoring ?? account.monitoring;
  account.smsCredits = smsCredits ?? account.smsCredits;
}

function having<T>(schema: z.ZodType<T>, body: unknown, act: (value: T) => unknown): Told {
  const read = schema.safeParse(body);
  return read.success ? { status: 200, json: act(read.data) ?? {} } : wrong(z.prettifyError(read.error));
}

/** Unlike the interface itself, this is read by programs that would round them. */
const idsAsTexts = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
