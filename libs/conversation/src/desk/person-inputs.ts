import type { Call, Person } from '../call.js';
import type { Draft } from '../draft.js';
import type { Input } from '../log/input.js';
import { cutIntoSentences } from '../thinking/sentences.js';
import { breakOff } from '../thinking/reply.js';
import { endNow } from '../turns/ending.js';
import { missPerson } from './person.js';
import { decisionIn, personWordsOf } from './person-words.js';
import { endHold } from './desk.js';

/** Longer than any briefing takes to be heard. Milliseconds. */
const BRIEFING_MS = 60_000;
/** After the question, for a word or a key. */
const ANSWER_MS = 8_000;
/** The question is put so often. */
const QUESTIONS = 2;
/** Of what the caller said, so much is told. */
const LAST_WORDS = 2;
const LONGEST_QUOTE = 240;

type OfPerson = Extract<Input, { leg: number }>;

/** What a person who is called does; what comes of one who was called before them is late. */
export function takeOfPerson(draft: Draft, input: OfPerson): void {
  const { person } = draft.call;
  if (person?.leg !== input.leg) return;
  switch (input.type) {
    case 'person-answered':
      return briefPerson(draft, person);
    case 'person-missed':
      return person.stage === 'joined' ? endNow(draft, 'transferred') : missPerson(draft, input.why);
    case 'person-left':
      return person.stage === 'joined' ? endNow(draft, 'transferred') : missPerson(draft, 'declined');
    case 'person-briefed':
      if (person.stage !== 'told') return;
      putPerson(draft, { stage: 'asked' });
      return draft.setTimer('person', draft.atMs + ANSWER_MS);
    case 'person-pressed':
      if (person.stage === 'joined') return;
      if (input.digit === '1') return joinPerson(draft, person);
      return input.digit === '2' ? missPerson(draft, 'declined') : undefined;
    case 'person-spoke':
      return personSpoke(draft, person, input.text);
  }
}

/** They did not pick up, could not be told, or did not answer. */
export function personDue(draft: Draft): void {
  const { person, settings } = draft.call;
  if (!person || person.stage === 'joined') return;
  if (person.stage === 'told') return missPerson(draft, 'failed');
  if (person.stage === 'called' || person.questions >= QUESTIONS) return missPerson(draft, 'no-answer');
  tellPerson(draft, [personWordsOf(settings.agent.language).question]);
}

function briefPerson(draft: Draft, { to, briefing, stage }: Person): void {
  if (stage !== 'called') return;
  const { name, language } = draft.call.settings.agent;
  const { intro, theySaid, question } = personWordsOf(language);
  const quote = lastWordsOf(draft.call);
  const about = briefing ?? (quote === '' ? '' : `${theySaid} ${quote}`);
  draft.tell({ type: 'person.answered', to });
  tellPerson(draft, [`${intro(name)} ${about}`.trim(), question]);
}

/** Ends with the question. */
function tellPerson(draft: Draft, texts: readonly string[]): void {
  const { person } = draft.call;
  if (!person) return;
  putPerson(draft, { stage: 'told', questions: person.questions + 1 });
  draft.setTimer('person', draft.atMs + BRIEFING_MS);
  const { language } = draft.call.settings.agent;
  const sentences = texts.flatMap((text) => cutIntoSentences(text, language));
  draft.do({ type: 'tell-person', leg: person.leg, texts: sentences });
}

/** A word before the question is how one answers a telephone; only a machine is known by it. */
function personSpoke(draft: Draft, person: Person, text: string): void {
  if (person.stage !== 'told' && person.stage !== 'asked') return;
  const decision = decisionIn(text, draft.call.settings.agent.listensTo);
  if (decision === 'machine') return missPerson(draft, 'machine');
  if (person.stage !== 'asked' || decision === undefined) return;
  return decision === 'yes' ? joinPerson(draft, person) : missPerson(draft, 'declined');
}

/** The two hear each other; for the agent the call is over, and for the record it was transferred. */
function joinPerson(draft: Draft, { leg, to }: Person): void {
  breakOff(draft);
  endHold(draft);
  for (const timer of ['person', 'time-limit', 'pause', 'late-words'] as const) draft.cancelTimer(timer);
  putPerson(draft, { stage: 'joined', sinceMs: draft.atMs });
  draft.put({ phase: 'bridged', endReason: 'transferred' });
  draft.do({ type: 'close-recogniser' }, { type: 'join-person', leg });
  draft.tell({ type: 'person.joined', to });
}

function putPerson(draft: Draft, fields: Partial<Person>): void {
  const { person } = draft.call;
  if (person) draft.put({ person: { ...person, ...fields } });
}

const lastWordsOf = ({ messages }: Call): string =>
  messages
    .flatMap(({ role, ...message }) => (role === 'caller' && 'text' in message ? [message.text] : []))
    .filter((text) => !text.startsWith('(')) // what stands there for the model alone
    .slice(-LAST_WORDS)
    .join(' ')
    .slice(-LONGEST_QUOTE);
