import { z } from 'zod';
import type { Account } from './account.js';
import { type Asked, listed, ok, refuse, type Reply, type Route } from './route.js';

/** One of a list, by its id. */
const one =
  <Row extends object>(rows: (account: Account) => readonly Row[], idOf: (row: Row) => unknown): Route['answer'] =>
  ({ account, params }) => {
    const found = rows(account).find((row) => String(idOf(row)) === params['id']);
    return found ? ok(found) : refuse(404, 'unknown id');
  };

const get = (path: string, grant: Route['grant'], answer: Route['answer']): Route => ({
  ...{ method: 'GET', path, grant, answer },
});

const paged = (asked: Asked, name: string, rows: readonly unknown[], whenEmpty?: 'blank'): Reply => {
  const page = z
    .object({
      limit_count: z.coerce.number().int().min(1).max(1_000).default(100),
      limit_offset: z.coerce.number().int().min(0).max(9_000).default(0),
    })
    .safeParse(Object.fromEntries(asked.query));
  if (!page.success) return refuse(400, 'bad parameter');
  const { limit_count: limit, limit_offset: offset } = page.data;
  return listed(name, rows.slice(offset, offset + limit), whenEmpty);
};

const scenariosOf = (account: Account) => account.ivrs.flatMap(({ scenarios }) => scenarios);
const bare = <Row extends { scenarios: unknown }>({ scenarios: _, ...row }: Row) => row;

/** Who and what an account has. Envelopes of these lists are not all documented: each has another here. */
export const DIRECTORY_ROUTES: readonly Route[] = [
  get('/teams', null, ({ account }) => ok({ team_id: account.region === 'eu' ? 7n : 8n, name: 'A team' })),
  get('/users', 'users:read', (asked) => paged(asked, 'user_list', asked.account.users)),
  get(
    '/users/:id',
    'users:read',
    one(
      ({ users }) => users,
      ({ user_id }) => user_id,
    ),
  ),
  get('/users/:id/presences', 'users:read', (asked) => presencesOf(asked, asked.params['id'])),
  get('/presences', 'users:read', (asked) => presencesOf(asked, undefined)),
  get('/groups', 'groups:read', (asked) => paged(asked, 'list', asked.account.groups)),
  get(
    '/groups/:id',
    'groups:read',
    one(
      ({ groups }) => groups,
      ({ group_id }) => group_id,
    ),
  ),
  get('/numbers', 'numbers:read', numbers),
  get(
    '/numbers/:id',
    'numbers:read',
    one(
      (account) => account.numbers,
      ({ number }) => number,
    ),
  ),
  get('/ivrs', 'ivrs:read', (asked) => paged(asked, 'list', asked.account.ivrs.map(bare), 'blank')),
  get(
    '/ivrs/:id',
    'ivrs:read',
    one(
      ({ ivrs }) => ivrs,
      ({ ivr_id }) => ivr_id,
    ),
  ),
  get('/ivrs/:id/scenarios', 'ivrs:read', ({ account, params }) => {
    const ivr = account.ivrs.find(({ ivr_id }) => String(ivr_id) === params['id']);
    return ivr ? listed('list', ivr.scenarios, 'blank') : refuse(404, 'unknown ivr');
  }),
  get('/scenarios', 'ivrs:read', (asked) => paged(asked, 'list', scenariosOf(asked.account))),
  get('/contacts', 'contacts:read', (asked) => paged(asked, 'contact_list', asked.account.contacts)),
  get(
    '/contacts/:id',
    'contacts:read',
    one(
      ({ contacts }) => contacts,
      ({ contact_id }) => contact_id,
    ),
  ),
  { method: 'POST', path: '/push/sms', grant: 'conversations:write', answer: pushSms },
];

function presencesOf({ account }: Asked, userId: string | undefined): Reply {
  const users = account.users.filter(({ user_id }) => userId === undefined || String(user_id) === userId);
  if (userId !== undefined && users.length === 0) return refuse(404, 'unknown user');
  return ok(
    users.map(({ user_id }) => ({
      ...{ team_id: 7n, user_id, connected_devices: ['WEB'], planning_enable: false, is_planning: false },
      ...{ in_call: account.book.live.some((call) => call.userId === user_id) },
      ...{ is_planned_snoozed: false, is_snoozed: false, snooze_type: null, snooze_end: null },
    })),
  );
}

function numbers({ account, query }: Asked): Reply {
  const [ofUser, ofIvr] = [query.get('is_user'), query.get('is_ivr')];
  const rows = account.numbers.filter(
    (row) => (ofUser !== 'true' || row.user_id !== null) && (ofIvr !== 'true' || row.ivr_id !== null),
  );
  return listed('list', rows);
}

/** Numbers are texts here, with or without `+`. */
const sms = z.object({
  from_number: z.string().regex(/^\+?\d{5,15}$/),
  to_number: z.string().regex(/^\+?\d{5,15}$/),
  content: z.string().min(1),
  archived_auto: z.boolean().optional(),
  scheduled_at: z.iso.datetime().optional(),
  user_id_forced: z.int().optional(),
});

function pushSms({ account, body }: Asked): Reply {
  const read = sms.safeParse(body);
  if (!read.success) return refuse(400, 'bad parameter');
  const { from_number: from, to_number: to, content: text } = read.data;
  const own = account.numbers.find(({ number }) => String(number) === from.replace('+', ''));
  if (!own?.is_sms_write) return refuse(401, 'It is not your number');
  if (account.smsCredits === 0) return refuse(402, 'no credit');
  account.smsCredits -= 1;
  account.texts.push({ from, to, text });
  return ok({ message_id: account.texts.length, conv_id: 234_567 });
}
