import { PHRASE_NAMES, SOUND_NAMES } from '@app/conversation/ports';
import { createHash } from 'node:crypto';
import { z } from 'zod';

const author = z.string();
const side = z.enum(['caller', 'agent']);
const text = z.string();

const COMMAND = z.discriminatedUnion('type', [
  /** Nothing but an answer: whether the node has the call. */
  z.object({ type: z.literal('confirm'), author }),
  z.object({ type: z.literal('hang-up'), author }),
  z.object({ type: z.literal('say'), author, text }),
  z.object({ type: z.literal('whisper'), author, text }),
  z.object({ type: z.literal('mute'), author, side }),
  z.object({ type: z.literal('unmute'), author, side }),
  z.object({ type: z.literal('hold'), author }),
  z.object({ type: z.literal('resume'), author, text: text.nullable() }),
  z.object({ type: z.literal('play'), author, sound: z.enum(SOUND_NAMES) }),
  z.object({ type: z.literal('say-phrase'), author, phrase: z.enum(PHRASE_NAMES) }),
  z.object({ type: z.literal('send-digits'), author, digits: text }),
  z.object({ type: z.literal('transfer'), author, to: text, text: text.nullable() }),
  z.object({
    ...{ type: z.literal('warm-transfer'), author, to: text },
    ...{ text: text.nullable(), briefing: text.nullable() },
  }),
  z.object({ type: z.literal('hand-over'), author, agentId: text }),
  z.object({ type: z.literal('take-over'), author }),
  z.object({ type: z.literal('give-back'), author, note: text.nullable() }),
  z.object({ type: z.literal('tell-counts'), author }),
  /** The carrier does not list it any more: its line is given up, unless something still comes over it. */
  z.object({ type: z.literal('carrier-gone'), author }),
]);

/**
 * What may be asked of a live call from outside. `author` says who asks: an API key's name, a supervisor. `tell-counts`
 * asks for what passed over its line, and changes nothing.
 */
export type CallCommand = z.output<typeof COMMAND>;

const ANSWER = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), effect: z.string(), counts: z.record(z.string(), z.number()).optional() }),
  z.object({ state: z.literal('refused'), why: z.string() }),
  z.object({ state: z.literal('no-such-call') }),
  z.object({ state: z.literal('failed') }),
]);

/** What its node did. `refused`: nothing, and why. `failed`: it broke on the way; what of it was done is not known. */
export type CommandAnswer = z.output<typeof ANSWER>;

/** `queued`: not answered within 1 s; `place` counts from 1 in its node's queue. */
export type CommandOutcome =
  | (CommandAnswer & { commandId?: string })
  | { state: 'queued'; commandId: string; place: number }
  /** The key was used for another command. */
  | { state: 'mismatch' };

/** One that was sent a day ago at most, and what became of it so far. */
export interface KnownCommand {
  commandId: string;
  callId: string;
  /** Null: its node has not answered. */
  answer: CommandAnswer | null;
}

/** A command on its way to its node. */
export interface SentCommand {
  commandId: string;
  callId: string;
  command: CallCommand;
  /** Channel of the answer. */
  replyTo: string;
}

const SENT = z.object({ commandId: z.string(), callId: z.string(), command: COMMAND, replyTo: z.string() });
const ANSWERED = z.object({ commandId: z.string(), answer: ANSWER });

export type Answered = z.output<typeof ANSWERED>;

export const writeCommand = (sent: SentCommand): [string, string] => ['command', JSON.stringify(sent)];

/** Undefined for what this version does not know. */
export const readCommand = (json: string): SentCommand | undefined => SENT.safeParse(parsed(json)).data;

export const readAnswer = (json: string): Answered | undefined => ANSWERED.safeParse(parsed(json)).data;

export const readStoredAnswer = (json: string | undefined): CommandAnswer | null =>
  ANSWER.safeParse(parsed(json ?? '')).data ?? null;

/** The same for the same command of the same author, in hex. */
export const digestOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
