import type { Person } from '../call.js';
import type { Draft } from '../draft.js';
import type { PersonMissed } from '../ports/index.js';
import { breakOff, say } from '../thinking/reply.js';
import { endHold } from './desk.js';
import { putOnHold } from './hold.js';
import { personWordsOf } from './person-words.js';

/** Beyond what a carrier lets a telephone ring: then nobody answers any more. Milliseconds. */
const RINGS_MS = 90_000;

/** The caller hears music; the person's telephone rings. */
export function callPerson(draft: Draft, to: string, briefing: string | null): void {
  const leg = draft.call.legs + 1;
  putOnHold(draft);
  draft.put({ legs: leg, person: { leg, to, briefing, stage: 'called', questions: 0, sinceMs: draft.atMs } });
  draft.setTimer('person', draft.atMs + RINGS_MS);
  draft.do({ type: 'call-person', leg, to });
  draft.tell({ type: 'person.called', to });
}

/** The agent has the caller back, says so, and goes on. */
export function missPerson(draft: Draft, why: PersonMissed): void {
  const person = dropPerson(draft, why);
  if (!person || draft.call.phase !== 'talking') return;
  noteMissed(draft, person, why);
  breakOff(draft);
  endHold(draft);
  say(draft, 'recovery', [notPutThrough(draft)]);
}

/**
 * The process that called them, or joined them with the caller, is gone: another one cannot have them back.
 *
 * @returns what the caller, who is with the agent again, is to be told; null when there was nobody
 */
export function losePerson(draft: Draft): string | null {
  const person = dropPerson(draft, 'failed');
  if (!person) return null;
  noteMissed(draft, person, 'failed');
  endHold(draft);
  return notPutThrough(draft);
}

function noteMissed(draft: Draft, { to }: Person, why: PersonMissed): void {
  const text = `${to} could not take the call over (${why}); the caller was told so, and is with you again.`;
  draft.put({ messages: [...draft.call.messages, { role: 'system', text }] });
}

function notPutThrough({ call: { settings } }: Draft): string {
  return settings.phrases.notPutThrough ?? personWordsOf(settings.agent.language).notPutThrough;
}

/** It is not wanted any more; whoever asked for that says what comes next. */
export const cancelPerson = (draft: Draft): void => void dropPerson(draft, 'cancelled');

/** A call that ends, or goes elsewhere, takes nobody along. */
export function letPersonGo(draft: Draft): void {
  const { phase, person } = draft.call;
  if (!person || phase === 'talking' || phase === 'bridged') return;
  if (person.stage !== 'joined') return cancelPerson(draft);
  draft.put({ person: null });
  draft.do({ type: 'drop-person', leg: person.leg });
}

function dropPerson(draft: Draft, why: PersonMissed): Person | null {
  const { person } = draft.call;
  if (!person) return null;
  draft.put({ person: null });
  draft.cancelTimer('person');
  draft.do({ type: 'drop-person', leg: person.leg });
  draft.tell({ type: 'person.missed', to: person.to, why });
  return person;
}
