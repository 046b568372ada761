import { z } from 'zod';

const COMMAND = z.discriminatedUnion('type', [z.object({ type: z.literal('hang-up'), author: z.string() })]);

/** What may be asked of a live call from outside. `author` says who asks: an API key's name, a supervisor. */
export type CallCommand = z.output<typeof COMMAND>;

const ANSWER = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), effect: z.literal('hung-up') }),
  z.object({ state: z.literal('no-such-call') }),
  z.object({ state: z.literal('failed') }),
]);

/** What its node did. `failed`: it broke on the way; what of it was done is not known. */
export type CommandAnswer = z.output<typeof ANSWER>;

/** `queued`: not answered within 1 s; `place` counts from 1 in its node's queue. */
export type CommandOutcome = CommandAnswer | { state: 'queued'; commandId: string; place: number };

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

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
