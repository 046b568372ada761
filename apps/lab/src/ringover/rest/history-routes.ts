import { z } from 'zod';
import type { PastSegment } from './call-book.js';
import { isSeen } from './call-routes.js';
import { type Asked, ok, refuse, type Reply, type Route } from './route.js';

const DAY_MS = 86_400_000;
const MAX_DAYS = 15;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const history = z
  .object({
    start_date: z.iso.datetime({ offset: true }).optional(),
    end_date: z.iso.datetime({ offset: true }).optional(),
    limit_count: whole(1, 1_000).default(100),
    limit_offset: whole(0, 9_000).default(0),
    last_id_returned: z.string().regex(/^\d+$/).optional(),
    call_type: z.enum(['ANSWERED', 'MISSED', 'OUT', 'VOICEMAIL']).optional(),
    expand: z.enum(['summary', 'transcription']).optional(),
    filter: z.enum(['ALL', 'DIRECT', 'IVR', 'ADVANCED']).default('ALL'),
  })
  .refine(({ start_date: from, end_date: to }) => (from === undefined) === (to === undefined))
  .refine(
    ({ start_date: from, end_date: to }) => !from || !to || Date.parse(to) - Date.parse(from) <= MAX_DAYS * DAY_MS,
  );

/** Calls that are over: the history, its transcriptions and its recordings. */
export const HISTORY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/calls',
    grant: 'calls:read',
    answer: (asked) => list(asked, Object.fromEntries(asked.query)),
  },
  { method: 'POST', path: '/calls', grant: 'calls:read', answer: (asked) => list(asked, asked.body ?? {}) },
  { method: 'GET', path: '/calls/:call', grant: 'calls:read', answer: segments },
  { method: 'GET', path: '/calls/:call/channels/:channel', grant: 'calls:read', monitoring: true, answer: recording },
  { method: 'DELETE', path: '/calls/:call/channels/:channel', grant: 'calls:write', answer: archive },
  { method: 'GET', path: '/transcriptions/:call', grant: 'calls:read', answer: transcriptions },
  { method: 'GET', path: '/empower/call/:uuid/summary', grant: 'empower:read', answer: summary },
];

function list({ account, clock }: Asked, given: unknown): Reply {
  const read = history.safeParse(given);
  if (!read.success) return refuse(400, 'bad parameter');
  const { start_date, end_date, limit_count, limit_offset, last_id_returned, call_type, filter } = read.data;
  const nowMs = clock.date().getTime();
  const fromMs = start_date ? Date.parse(start_date) : nowMs - MAX_DAYS * DAY_MS;
  const toMs = end_date ? Date.parse(end_date) : nowMs;
  const suits = (segment: PastSegment) =>
    isSeen(account, segment) &&
    segment.startedAt.getTime() >= fromMs &&
    segment.startedAt.getTime() <= toMs &&
    (filter !== 'IVR' || segment.ivrId !== null) &&
    (filter !== 'DIRECT' || segment.ivrId === null);
  const all = account.book.past.filter(suits).toReversed(); // newest first
  const missed = all.filter((segment) => isOfType(segment, 'MISSED')).length;
  const asked = all
    .filter((segment) => !call_type || isOfType(segment, call_type))
    .filter((segment) => last_id_returned === undefined || segment.cdrId < BigInt(last_id_returned));
  const page = asked.slice(limit_offset, limit_offset + limit_count).map(asCall);
  if (page.length === 0) return 'nothing';
  return ok({
    ...{ call_list: page, call_list_count: page.length },
    ...{ total_call_count: all.length, total_missed_call_count: missed },
  });
}

function isOfType({ lastState, direction }: PastSegment, type: 'ANSWERED' | 'MISSED' | 'OUT' | 'VOICEMAIL'): boolean {
  return type === 'OUT' ? direction === 'out' : lastState === type;
}

/** Another envelope than that of the list. */
function segments({ account, params }: Asked): Reply {
  const rows = account.book.segments(params['call'] ?? '').filter((segment) => isSeen(account, segment));
  return rows.length === 0 ? refuse(404, 'unknown call') : ok({ list: rows.map(asCall), list_count: rows.length });
}

const segmentOf = ({ account, params }: Asked): PastSegment | undefined =>
  account.book.segments(params['call'] ?? '').find(({ channelId }) => String(channelId) === params['channel']);

function recording(asked: Asked): Reply {
  const sound = segmentOf(asked)?.recording;
  return sound ? { status: 200, bytes: sound, type: 'audio/mpeg' } : refuse(404, 'no recording');
}

/** Not a hang-up, whatever it looks like: what was recorded is gone, and the call with it. */
function archive(asked: Asked): Reply {
  const segment = segmentOf(asked);
  if (!segment) return refuse(404, 'unknown call');
  asked.account.book.past.splice(asked.account.book.past.indexOf(segment), 1);
  return 'nothing';
}

function transcriptions({ account, params }: Asked): Reply {
  const rows = account.book.segments(params['call'] ?? '');
  if (rows.length === 0) return refuse(404, 'unknown call');
  const done = rows.flatMap((segment) =>
    segment.transcript === null ? [] : [transcriptionOf(segment, segment.transcript)],
  );
  return done.length === 0 ? 'nothing' : ok(done); // an array, bare
}

const transcriptionOf = ({ callId, channelId, answeredAt, endedAt }: PastSegment, text: string) => ({
  ...{ call_id: callId, channel_id: channelId, provider: 'lab', transcription_status: 'DONE' },
  transcription_data: {
    ...{ duration: secondsBetween(answeredAt, endedAt), num_channels: 2, text },
    speeches: [{ channelId: 1, start: 0.2, end: 1.4, duration: 1.2, content: text }],
  },
});

function summary({ account, params }: Asked): Reply {
  const said = account.book.past.find(({ cdrId }) => String(cdrId) === params['uuid'])?.transcript;
  return said ? ok({ summary: null, recap: { summary: `They said: ${said}` } }) : refuse(404, 'unknown call');
}

/** Of the history's model, which is another than that of the webhooks. */
function asCall(segment: PastSegment) {
  const { callId, channelId, cdrId, direction, from, to, answeredAt, startedAt, endedAt, lastState } = segment;
  return {
    ...{ cdr_id: cdrId, call_id: callId, channel_id: channelId, type: segment.ivrId === null ? 'PHONE' : 'IVR' },
    ...{ direction, last_state: lastState, start_time: iso(startedAt), end_time: iso(endedAt) },
    answered_time: answeredAt === null ? null : iso(answeredAt),
    incall_duration: secondsBetween(answeredAt, endedAt),
    total_duration: secondsBetween(startedAt, endedAt),
    ...{ contact_number: direction === 'in' ? from : to, from_number: from, to_number: to },
    ...{ note: null, star: 0, tags: [], voicemail: null, fax: null, conference: null, contact: null },
    record: segment.recording === null ? null : `https://cdn.example.com/${cdrId}.mp3`,
    user: segment.userId === null ? null : { user_id: segment.userId },
    ivr: segment.ivrId === null ? null : { ivr_id: segment.ivrId },
    ...{ amd: segment.isMachine, is_archived: false, scenario_name: null, scenario_id: null },
    ...{ is_answered: answeredAt !== null, is_failed: lastState === 'FAILED', hangup_by: segment.hungUpBy },
  };
}

/** With an offset, as theirs: an hour ahead of UTC. */
const iso = (at: Date): string => new Date(at.getTime() + 3_600_000).toISOString().replace('Z', '+01:00');

const secondsBetween = (from: Date | null, to: Date): number =>
  from === null ? 0 : Math.max(0, Math.round((to.getTime() - from.getTime()) / 1_000));
