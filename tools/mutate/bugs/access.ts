import type { Bug } from '../bug.js';

const AUTH = 'apps/api/src/auth';
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why },
});

/** Who may come in and what they may, what is noted of it, and where a rule sends a call. */
export const BUGS: readonly Bug[] = [
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
    `${AUTH}/rate.guard.ts`,
    `${AUTH}/rate.guard.spec.ts`,
    ['    if (!verdict.allowed) throw', '    if (verdict.remaining < 0) throw'],
    'One program takes the whole api for itself.',
  ),
  bug(
    'apps/api/src/audit/audit.interceptor.ts',
    'apps/api/src/audit/audit.interceptor.spec.ts',
    [': !reads)) await', ': reads)) await'],
    'Nobody knows who hung a call up.',
  ),
  bug(
    'apps/api/src/webhooks/routing/rule-routing.ts',
    'apps/api/src/webhooks/ringover-answers.spec.ts',
    ['load < 1 && ', ''],
    'A rule sends callers to an agent that has no line for them.',
  ),
  bug(
    `${AUTH}/socket-access.ts`,
    `${AUTH}/socket-access.spec.ts`,
    ['holds(asker.scopes, needs) ? { admitted: asker } : { refused: 403 }', '{ admitted: asker }'],
    'Whoever may look at calls may listen to them.',
  ),
];
