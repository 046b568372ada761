import type { Call, FunctionCall, Reply } from '../call.js';
import type { Message, ModelFunction } from '../ports/index.js';
import { systemPrompt } from './prompt.js';

const RUNNING = '{"status":"still running"}';
/** Of a change that was given up; replaced when it returns after all. */
export const UNCERTAIN = '{"error":"uncertain","detail":"it is not known whether it was done"}';

/** Everything the model is told for the reply that is being thought of. */
export function messagesFor(call: Call): Message[] {
  const system: Message = { role: 'system', text: systemPrompt(call) };
  const reply = call.agent.floor === 'idle' ? null : call.agent.reply;
  if (!reply) return [system, ...call.messages];
  const caller: Message[] = reply.words && !reply.committed ? [{ role: 'caller', text: wordsOf(reply) }] : [];
  const now = reply.rounds.length - 1; // what only fills the time of this answer is no beginning of it
  const texts = reply.pieces.map(({ text, filler, round }) => (filler && round === now ? '' : text));
  return [system, ...call.messages, ...caller, ...roundsOf(reply, texts)];
}

/** What the agent may ask for, as the model is told. */
export const functionsFor = (call: Call): ModelFunction[] =>
  call.functions.map(({ name, description, parameters }) => ({ name, description, parameters }));

/** What the caller has said, as one line. */
export const wordsOf = ({ words }: Pick<Reply, 'words'>): string =>
  words ? `${words.settled} ${words.changing}`.trim() : '';

/** A reply as messages, a round after the other; `heard[n]` is what stands for piece n. */
export function roundsOf(reply: Reply, heard: readonly string[]): Message[] {
  return reply.rounds.flatMap(({ calls, vendorParts }, round): Message[] => {
    const text = heard.filter((part, piece) => part !== '' && reply.pieces[piece]?.round === round).join(' ');
    const told = calls.filter(isTold);
    if (text === '' && told.length === 0) return [];
    const agent: Message = {
      role: 'agent',
      text,
      ...(told.length > 0 && { calls: told.map(({ call }) => call) }),
      ...(vendorParts && { vendorParts }),
    };
    return [agent, ...told.map(resultOf)];
  });
}

/** A call that never ran and never will is not told: a model takes an unanswered one for an error. */
const isTold = ({ state, kind }: FunctionCall) => state === 'returned' || (state === 'running' && kind === 'changes');

const resultOf = ({ call, resultJson }: FunctionCall): Message => ({
  role: 'function',
  id: call.id,
  name: call.name,
  resultJson: resultJson ?? RUNNING,
});

/** Whether its result is still to come, as far as is known. */
export const isOpen = ({ state, resultJson }: FunctionCall): boolean => state === 'running' || resultJson === UNCERTAIN;

const isOpenMessage = (message: Message): message is Message & { role: 'function' } =>
  message.role === 'function' && (message.resultJson === RUNNING || message.resultJson === UNCERTAIN);

/** The ids of changes whose reply was over before they were, or that were given up. */
export const unsettled = (messages: readonly Message[]): string[] =>
  messages.flatMap((message) => (isOpenMessage(message) ? [message.id] : []));

/** The history with the result of a change that came after its reply was over. */
export const withResult = (messages: readonly Message[], id: string, resultJson: string): Message[] =>
  messages.map((message) => (isOpenMessage(message) && message.id === id ? { ...message, resultJson } : message));
