import type { Bug } from '../bug.js';

const AUTH = 'apps/api/src/auth';
const SIGN_IN = `${AUTH}/auth.store-spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why },
});

/** Who may come in and what they may; who edits at the same time as another; where a rule sends a call. */
export const BUGS: readonly Bug[] = [
  bug(
    'libs/persistence/src/session.store.ts',
    'libs/persistence/src/person.store-spec.ts',
    ["          await endIn(tx, session.id, 'reused', at);\n", ''],
    'Whoever stole a refresh token stays signed in after it was noticed.',
  ),
  bug(
    `${AUTH}/scopes.ts`,
    `${AUTH}/needs.spec.ts`,
    ['needed.every(', 'needed.some('],
    'Half of what is needed opens the door.',
  ),
  bug(
    `${AUTH}/access.guard.ts`,
    `${AUTH}/access.guard.spec.ts`,
    ["?? ['admin']", '?? []'],
    'An operation that forgot to say what it needs is open to every viewer.',
  ),
  bug(
    `${AUTH}/sign-in.ts`,
    SIGN_IN,
    ['    if (!allowed) throw', '    if (resetMs < 0) throw'],
    'Passwords may be tried for ever.',
  ),
  bug(
    `${AUTH}/keys.controller.ts`,
    SIGN_IN,
    ["    if (!holds(asker.scopes, scopes)) throw new Problem('auth.forbidden');\n", ''],
    'A key that may make keys makes itself one that may do everything.',
  ),
  bug(
    `${AUTH}/rate.guard.ts`,
    SIGN_IN,
    ['    if (!verdict.allowed) throw', '    if (verdict.remaining < 0) throw'],
    'One program takes the whole api for itself.',
  ),
  bug(
    'apps/api/src/audit/audit.interceptor.ts',
    SIGN_IN,
    [': !reads)) await', ': reads)) await'],
    'Nobody knows who hung a call up.',
  ),
  bug(
    'libs/live-state/src/tickets.ts',
    'libs/live-state/src/rate-limits.store-spec.ts',
    ['redis.getdel(', 'redis.get('],
    'An address that was seen in a log opens a socket again.',
  ),
  bug(
    'libs/persistence/src/agent-draft.store.ts',
    'apps/api/src/agents/agents.store-spec.ts',
    ['updateMany({ where: { id, revision },', 'updateMany({ where: { id },'],
    'Of two who edit an agent, the second one wipes out what the first wrote.',
  ),
  bug(
    'apps/api/src/webhooks/routing/rule-routing.ts',
    'apps/api/src/webhooks/ringover-answers.spec.ts',
    ['load < 1 && ', ''],
    'A rule sends callers to an agent that has no line for them.',
  ),
];
