import type { Bug } from '../bug.js';

const API = 'apps/api/src';
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why },
});

/** What is told of calls to whoever asks, and what is remembered between two questions; old rows that are changed. */
export const BUGS: readonly Bug[] = [
  bug(
    `${API}/recent.ts`,
    `${API}/recent.spec.ts`,
    [
      '        if (this.#isStillAsked(name, asking)) this.#remember',
      '        this.#isStillAsked(name, asking);\n        this.#remember',
    ],
    'Asking: a key that is revoked while it is looked up opens the door for ten seconds more.',
  ),
  bug(
    `${API}/recent.ts`,
    `${API}/recent.spec.ts`,
    ['set(name, { value, sinceMs })', 'set(name, { value, sinceMs: this.clock.nowMs() })'],
    'Asking: a slow look-up makes what was revoked work for longer than is promised.',
  ),
  bug(
    `${API}/calls/live-logs.ts`,
    `${API}/calls/live-logs.spec.ts`,
    ['lines === undefined ? [] :', 'lines === undefined ? before :'],
    'Asking: a call that was erased is told from memory.',
  ),
  bug(
    `${API}/calls/live-logs.ts`,
    `${API}/calls/live-logs.spec.ts`,
    ['this.logs.readAfter(callId, before.length)', 'this.logs.readAfter(callId, 0)'],
    'Asking: each question about a long call reads all of it, in the process that carries a hundred.',
  ),
  bug(
    'libs/persistence/src/routing-rule.ts',
    'libs/persistence/src/routing-rule.spec.ts',
    ['load < when.loadBelow', 'load <= when.loadBelow'],
    'Routing: an agent whose lines are all in use gets the call.',
  ),
  bug(
    'libs/persistence/src/routing-rule.ts',
    'libs/persistence/src/routing-rule.spec.ts',
    ['isOpen(when.hours, now)', 'isOpen(when.hours, now) || true'],
    'Routing: a rule of the morning sends calls at night.',
  ),
];
