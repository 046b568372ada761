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
  const { settings, messages } = draft.call;
  const note = `${person.to} could not take the call over (${why}); the caller was told so, and is with you again.`;
  draft.put({ messages: [...messages, { role: 'system', text: note }] });
  breakOff(draft);
  endHold(draft);
  say(draft, 'recovery', [settings.phrases.notPutThrough ?? personWordsOf(settings.agent.language).notPutThrough]);
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
