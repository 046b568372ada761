import type { Call } from '../call.js';
import type { Draft } from '../draft.js';
import type { Asker, CallCommand, CommandEffect, CommandRefusal, Side } from '../log/command.js';
import { breakOff, say } from '../thinking/reply.js';
import { cutIntoSentences } from '../thinking/sentences.js';
import { staysThrifty } from '../turns/budget.js';
import { endNow, goOnAfterwards } from '../turns/ending.js';
import { mayBeInterrupted } from '../turns/overlap.js';
import { agentAnswers, endHold, hearsCaller, isHeld, maySpeak, putDesk } from './desk.js';
import { goOnAfterHold, goOnByItself, sayWaiting } from './floor.js';
import { closeEars, putOnHold } from './hold.js';
import { callPerson, cancelPerson } from './person.js';
import { playSound } from './sound.js';

/** Null when the call does what is asked, as far as itself knows. */
export function refusalOf(call: Call, { type }: CallCommand): CommandRefusal | null {
  const { phase, desk, agent, turnedAway } = call;
  if (phase === 'closed') return 'ended';
  if (type === 'hang-up') return null;
  if (turnedAway) return 'not-served';
  if (phase !== 'talking' || (agent.floor !== 'idle' && isLastWord(agent.reply))) return 'leaving';
  if (type === 'warm-transfer' && call.person) return 'calling-person';
  const sounds = type === 'say' || type === 'say-phrase' || type === 'play';
  if (sounds && desk.muted.agent) return 'agent-muted';
  if (sounds && isHeld(call)) return 'on-hold';
  return null;
}

const isLastWord = (reply: Parameters<typeof mayBeInterrupted>[0]) =>
  reply.kind !== 'sound' && !mayBeInterrupted(reply);

/** What was done about it, read off the call afterwards. */
export const effectOf = (call: Call, { type }: CallCommand): CommandEffect =>
  (type === 'say' || type === 'say-phrase') && call.desk.toSay.length > 0 ? 'waiting-to-say' : EFFECTS[type];

const EFFECTS: Readonly<Record<CallCommand['type'], CommandEffect>> = {
  'hang-up': 'hung-up',
  say: 'saying',
  'say-phrase': 'saying',
  whisper: 'noted',
  mute: 'muted',
  unmute: 'unmuted',
  hold: 'held',
  resume: 'resumed',
  play: 'playing',
  'send-digits': 'digits-sent',
  transfer: 'transferring',
  'warm-transfer': 'calling-person',
  'hand-over': 'handed-over',
  'take-over': 'taken-over',
  'give-back': 'given-back',
};

/** Does what an operator asks. Asked for what is so already, it changes nothing, and that is told too. */
export function obey(draft: Draft, command: CallCommand, asker: Asker): void {
  if (refusalOf(draft.call, command)) return;
  const { author, commandId = null } = asker;
  putDesk(draft, { askedMs: draft.atMs });
  draft.tell({ type: 'command.obeyed', command: command.type, detail: detailOf(command), author, commandId });
  act(draft, command, author);
}

function act(draft: Draft, command: CallCommand, author: string): void {
  switch (command.type) {
    case 'hang-up':
      return endNow(draft, 'operator-hung-up');
    case 'say':
      return sayThis(draft, command.text);
    case 'say-phrase':
      return sayThis(draft, draft.call.settings.phrases[command.phrase]);
    case 'whisper':
      return noteToAgent(draft, command.text);
    case 'mute':
      return mute(draft, command.side);
    case 'unmute':
      return unmute(draft, command.side);
    case 'hold':
      return putOnHold(draft);
    case 'resume':
      return resume(draft, command.text);
    case 'play':
      return playSound(draft, command.sound);
    case 'send-digits':
      return draft.do({ type: 'send-digits', digits: command.digits });
    case 'transfer':
      return transfer(draft, command);
    case 'warm-transfer':
      return transferWarm(draft, command);
    case 'hand-over':
      return handOver(draft, command);
    case 'take-over':
      return takeOver(draft, author);
    case 'give-back':
      return giveBack(draft, command.note);
  }
}

/** At once in place of the agent's own words, but behind the caller's, a greeting, and what was asked for before. */
function sayThis(draft: Draft, text: string): void {
  const { desk, agent } = draft.call;
  putDesk(draft, { toSay: [...desk.toSay, text] });
  const waits = agent.floor !== 'idle' && (agent.reply.kind === 'greeting' || agent.reply.kind === 'command');
  if (!waits && agent.floor !== 'held') sayWaiting(draft);
}

function noteToAgent(draft: Draft, text: string): void {
  const note = `A supervisor tells you, and the caller does not hear it: ${text}`;
  draft.put({ messages: [...draft.call.messages, { role: 'system', text: note }] });
}

function mute(draft: Draft, side: Side): void {
  const { muted } = draft.call.desk;
  if (muted[side]) return;
  const heard = hearsCaller(draft.call);
  putDesk(draft, { muted: { ...muted, [side]: true } });
  if (side === 'caller') return heard ? closeEars(draft) : undefined;
  if (!isHeld(draft.call)) breakOff(draft);
}

function unmute(draft: Draft, side: Side): void {
  const { muted } = draft.call.desk;
  if (!muted[side]) return;
  putDesk(draft, { muted: { ...muted, [side]: false } });
  if (side === 'agent') return goOnByItself(draft);
  if (hearsCaller(draft.call)) draft.do({ type: 'hear-caller', on: true });
  restAtQuiet(draft);
}

function resume(draft: Draft, text: string | null): void {
  if (!isHeld(draft.call)) return;
  cancelPerson(draft);
  breakOff(draft);
  endHold(draft);
  if (text !== null) putDesk(draft, { toSay: [text, ...draft.call.desk.toSay] });
  restAtQuiet(draft);
  goOnAfterHold(draft);
}

function transfer(draft: Draft, { to, text }: CallCommand & { type: 'transfer' }): void {
  const afterwards = { type: 'transfer', to, reason: 'transferred' } as const;
  const wasHeld = isHeld(draft.call);
  cancelPerson(draft);
  endHold(draft);
  putDesk(draft, { toSay: [] });
  breakOff(draft);
  if (text === null || (!wasHeld && !maySpeak(draft.call))) return goOnAfterwards(draft, afterwards);
  say(draft, 'command', cutIntoSentences(text, draft.call.settings.agent.language), afterwards);
}

/** The words come first, if any may be said; then the caller hears music while the person is called. */
function transferWarm(draft: Draft, { to, text, briefing }: CallCommand & { type: 'warm-transfer' }): void {
  putDesk(draft, { toSay: [] });
  if (text === null || isHeld(draft.call) || !maySpeak(draft.call)) return callPerson(draft, to, briefing);
  breakOff(draft);
  const sentences = cutIntoSentences(text, draft.call.settings.agent.language);
  say(draft, 'command', sentences, { type: 'call-person', to, briefing });
}

/** For the record: what was said stands in the transcript, and keys may be a secret. */
function detailOf(command: CallCommand): string | null {
  switch (command.type) {
    case 'mute':
    case 'unmute':
      return command.side;
    case 'play':
      return command.sound;
    case 'say-phrase':
      return command.phrase;
    case 'transfer':
    case 'warm-transfer':
      return command.to;
    case 'hand-over':
      return command.settings.agent.id;
    default:
      return null;
  }
}

/** The history stays, with a word to the model of who speaks now. */
function handOver(draft: Draft, { settings, functions }: CallCommand & { type: 'hand-over' }): void {
  const { agent, providers } = draft.call.settings;
  const { id: agentId, version: agentVersion, name } = settings.agent;
  if (!isHeld(draft.call)) breakOff(draft);
  draft.put({ settings, functions });
  draft.tell({ type: 'agent.changed', agentId, agentVersion, before: agent.id });
  draft.do({ type: 'change-agent' });
  staysThrifty(draft);
  const hearsOtherwise =
    providers.recogniser !== settings.providers.recogniser || agent.listensTo !== settings.agent.listensTo;
  if (hearsOtherwise) draft.do({ type: 'open-recogniser', afterMs: 0 });
  const direction = `(${agent.name} has handed the call to you, ${name}. Say who you are, and go on.)`;
  goOnByItself(draft, direction);
}

function takeOver(draft: Draft, author: string): void {
  const wasAgents = agentAnswers(draft.call);
  putDesk(draft, { takenBy: author });
  if (wasAgents && draft.reply?.kind !== 'command') breakOff(draft);
}

function giveBack(draft: Draft, note: string | null): void {
  if (note !== null) noteToAgent(draft, note);
  if (draft.call.desk.takenBy === null) return;
  putDesk(draft, { takenBy: null });
  restAtQuiet(draft);
  if (draft.reply === null) goOnByItself(draft);
}

/** The caller's silence counts from now on. */
function restAtQuiet(draft: Draft): void {
  if (draft.call.caller.floor === 'quiet') draft.put({ caller: { floor: 'quiet', sinceMs: draft.atMs } });
}
