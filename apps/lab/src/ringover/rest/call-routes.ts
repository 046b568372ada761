import { z } from 'zod';
import type { Account } from './account.js';
import { type LiveCall, TOGGLES } from './call-book.js';
import { Dial, type DialFacts } from './dial.js';
import { type Asked, ok, refuse, type Reply, type Route } from './route.js';

/** E.164 as an integer, without `+`. */
const number = z.int().min(10_000).max(999_999_999_999_999);
const ringS = z.int().min(20).max(300);

const callback = z.object({
  to_number: number,
  from_number: number.optional(),
  device: z.enum(['ALL', 'APP', 'WEB', 'SIP', 'MOB', 'EXT']),
  timeout: ringS.default(30),
  clir: z.boolean().optional(),
});

const ivrCallback = z.object({
  to_number: number,
  from_number: number,
  timeout: ringS.default(20),
  clir: z.boolean().optional(),
  integrations: z.record(z.string(), z.unknown()).optional(),
});

const currentCalls = z.object({
  call_status: z.array(z.enum(['ANSWERED', 'RINGING'])).optional(),
  interface: z.array(z.enum(['SIP', 'MOBILE'])).optional(),
  direction: z.enum(['IN', 'OUT']).optional(),
  advanced: z.record(z.string(), z.unknown()).optional(),
  limit_count: z.int().min(1).max(1_000).default(100),
  limit_offset: z.int().min(0).max(9_000).default(0),
});

/** Calls that live: begun, listed, and acted on. */
export const CALL_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/callback', grant: 'calls:write', answer: callBack },
  { method: 'POST', path: '/ivrs/:ivr/callback', grant: 'calls:write', answer: callIntoIvr },
  { method: 'POST', path: '/calls/current', grant: 'calls:read', answer: listCurrent },
  ...TOGGLES.map((toggle): Route => ({
    method: 'POST',
    path: `/channels/:channel/events/${toggle}/toggle`,
    grant: 'calls:write',
    answer: onChannel((call) => {
      call.toggles[toggle] = !call.toggles[toggle];
      call.told({ type: 'toggle', toggle, on: call.toggles[toggle] });
      return ok({});
    }),
  })),
  { method: 'POST', path: '/channels/:channel/events/transfer', grant: 'calls:write', answer: onChannel(transfer) },
  { method: 'POST', path: '/channels/:channel/events/dtmf', grant: 'calls:write', answer: onChannel(pressDigits) },
];

/** Where the account's hang-up is: not public, so it can be set. */
export const hangUpRoute = (method: string, path: string): Route => ({
  method,
  path,
  grant: 'calls:write',
  answer: onChannel((call, { account, clock }) => {
    call.told({ type: 'hang-up' });
    const lastState = call.status === 'ANSWERED' ? 'ANSWERED' : 'CANCELLED';
    account.book.end(call, { at: clock.date(), lastState, hungUpBy: 'CALLER' });
    return 'nothing';
  }),
});

function callBack(asked: Asked): Reply {
  const read = callback.safeParse(asked.body);
  if (!read.success) return refuse(400, 'bad parameter');
  const { account } = asked;
  const own = numberOfUser(account, account.ownerId);
  const { from_number: wanted = own, to_number: to, timeout, device } = read.data;
  const user = account.users.find(({ numbers }) => numbers.some((row) => row.number === wanted));
  if (!user) return refuse(400, 'unknown from_number');
  const from = account.monitoring ? wanted : own; // another user's is honoured only with Monitoring
  const userId = account.monitoring ? user.user_id : account.ownerId;
  return begin(asked, { from, to, userId, ivrId: null }, { way: 'callback', ringS: timeout, device });
}

function callIntoIvr(asked: Asked): Reply {
  const read = ivrCallback.safeParse(asked.body);
  if (!read.success) return refuse(400, 'bad parameter');
  const ivr = asked.account.ivrs.find(({ ivr_id }) => String(ivr_id) === asked.params['ivr']);
  if (!ivr) return refuse(404, 'unknown ivr');
  const { from_number: from, to_number: to, timeout } = read.data;
  if (!ivr.numbers.some((row) => row.number === from)) return refuse(400, 'from_number is not of this ivr');
  const way = 'ivr-callback' as const;
  return begin(asked, { from, to, userId: null, ivrId: ivr.ivr_id }, { way, ringS: timeout, device: undefined });
}

function begin(
  { account, clock, dial }: Asked,
  call: Pick<LiveCall, 'from' | 'to' | 'userId' | 'ivrId'>,
  how: Pick<DialFacts, 'way' | 'ringS' | 'device'>,
): Reply {
  const startedAt = clock.date();
  const live = account.book.begin({ ...call, direction: 'OUT', startedAt });
  const facts: DialFacts = {
    ...{ ...how, startedAt, region: account.region, ivrId: call.ivrId === null ? undefined : String(call.ivrId) },
    ...{ callId: String(live.callId), channelId: String(live.channelId) },
    ...{ fromNumber: String(call.from), toNumber: String(call.to) },
  };
  dial(new Dial(facts, account, live));
  return ok({ call_id: live.callId, channel_id: live.channelId });
}

function listCurrent({ account, body }: Asked): Reply {
  const read = currentCalls.safeParse(body); // a body is required; {} will do
  if (!read.success) return refuse(400, 'bad parameter');
  const { call_status: states, direction, limit_count: limit, limit_offset: offset } = read.data;
  const all = account.book.live.filter(
    (call) =>
      (!states || states.includes(call.status)) &&
      (!direction || call.direction === direction) &&
      isSeen(account, call),
  );
  const page = all.slice(offset, offset + limit).map((call) => ({
    ...{ call_id: call.callId, channel_id: call.channelId, direction: call.direction, status: call.status },
    ...{ from_number: call.from, to_number: call.to, user_id: call.userId },
  }));
  if (page.length === 0) return 'nothing';
  return ok({
    ...{ current_calls_list: page, current_calls_list_count: page.length, total_current_calls_count: all.length },
  });
}

/** Without Monitoring a key sees only its owner's own calls. */
export const isSeen = (account: Account, call: { userId: bigint | null }): boolean =>
  account.monitoring || call.userId === account.ownerId;

function onChannel(act: (call: LiveCall, asked: Asked) => Reply): Route['answer'] {
  return (asked) => {
    const call = asked.account.book.channel(asked.params['channel'] ?? '');
    return call ? act(call, asked) : refuse(404, 'unknown channel');
  };
}

function transfer(call: LiveCall, { account, clock, body }: Asked): Reply {
  const read = z.object({ phone_number: number }).safeParse(body);
  if (!read.success) return refuse(400, 'bad number');
  call.told({ type: 'transfer', to: read.data.phone_number });
  account.book.end(call, { at: clock.date(), lastState: 'BLIND_TRANSFERED' });
  return ok({});
}

function pressDigits(call: LiveCall, { body }: Asked): Reply {
  const read = z.object({ dtmf: z.string().regex(/^[\d*#]+$/) }).safeParse(body);
  if (!read.success) return refuse(400, 'bad dtmf');
  call.told({ type: 'digits', digits: read.data.dtmf });
  return ok({});
}

const numberOfUser = (account: Account, userId: bigint): number =>
  account.users.find(({ user_id }) => user_id === userId)?.numbers[0]?.number ?? 0;
