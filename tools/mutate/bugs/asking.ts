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
    `${API}/calls/whole-calls.ts`,
    `${API}/calls/whole-calls.spec.ts`,
    ['early && isSame(before, call) ? early', 'early ? early'],
    'Asking: a call is told with the notes of what it was taken for before.',
  ),
  bug(
    `${API}/calls/call-reader.ts`,
    `${API}/calls/whole-calls.spec.ts`,
    ['this.#newestFor(query)])', 'new Map<string, LiveCall>()])'],
    'Asking: each page of calls waits twice, in the process that carries a hundred.',
  ),
  bug(
    'libs/live-state/src/rate-leases.ts',
    'libs/live-state/src/rate-leases.spec.ts',
    ['granted + (isSame ? before.count : 0)', 'granted + (before?.count ?? 0)'],
    'Asking: what was left of one minute is allowed in the next one too.',
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
