import type { CallSettings, FunctionDefinition, PhraseName, SoundName } from '../ports/index.js';

/** Whose sound is meant: what the caller says, or what is said to the caller. */
export type Side = 'caller' | 'agent';

/** What an operator, a supervisor or another system asks of a call. */
export type CallCommand =
  | { type: 'hang-up' }
  /** In the agent's voice, word for word; not before the caller has said what they are saying. */
  | { type: 'say'; text: string }
  /** A note to the agent, which the caller does not hear. */
  | { type: 'whisper'; text: string }
  | { type: 'mute' | 'unmute'; side: Side }
  /** The caller hears music, and nobody hears the caller. */
  | { type: 'hold' }
  /** `text` is said first; without it the agent goes on by itself. */
  | { type: 'resume'; text: string | null }
  | { type: 'play'; sound: SoundName }
  | { type: 'say-phrase'; phrase: PhraseName }
  | { type: 'send-digits'; digits: string }
  /** E.164, blind. `text` is said before. */
  | { type: 'transfer'; to: string; text: string | null }
  /** The person is called and asked first, while the caller hears music. `briefing` is for them alone. */
  | { type: 'warm-transfer'; to: string; text: string | null; briefing: string | null }
  /** The same call, the same history, another agent from now on. */
  | { type: 'hand-over'; settings: CallSettings; functions: readonly FunctionDefinition[] }
  /** The agent answers nothing until it is given back. */
  | { type: 'take-over' }
  | { type: 'give-back'; note: string | null };

/** Who asked, and under which id: it stands in what is told of it. */
export interface Asker {
  author: string;
  commandId?: string;
}

export type CommandEffect =
  | 'hung-up'
  | 'saying'
  | 'waiting-to-say'
  | 'noted'
  | 'muted'
  | 'unmuted'
  | 'held'
  | 'resumed'
  | 'playing'
  | 'digits-sent'
  | 'transferring'
  | 'calling-person'
  | 'handed-over'
  | 'taken-over'
  | 'given-back';

/**
 * Why a call does not do what was asked of it; nothing of it was done.
 *
 * `leaving`: it is being ended, or was sent elsewhere. `not-served`: its caller is being turned away. `carrier-cannot`:
 * not on this line, or not in this form. `calling-person`: somebody is being called for it already.
 */
export type CommandRefusal =
  'ended' | 'leaving' | 'not-served' | 'agent-muted' | 'on-hold' | 'carrier-cannot' | 'calling-person';

export type CommandResult = { done: CommandEffect } | { refused: CommandRefusal };
