import { type ChatMessage, contentOf, lastSaid } from './chat.js';
import type { SchemaNode } from './response-format.js';
import { wishes } from './wishes.js';

/** What a model would read out of a transcript: a text whose lines begin with who spoke. */
interface Reading {
  french: boolean;
  /** What the caller said, line by line. */
  caller: readonly string[];
  /** What the agent was heard saying. */
  agent: readonly string[];
}

const TEXTS = {
  en: {
    about: (words: string) => `The caller said: “${words}”`,
    lines: (count: number) => `The agent answered ${count} times.`,
    todo: 'Call back.',
  },
  fr: {
    about: (words: string) => `L’appelant a dit : « ${words} »`,
    lines: (count: number) => `L’agent a répondu ${count} fois.`,
    todo: 'Rappeler.',
  },
};

/** An answer of the shape that was asked for, the same each time; what a field is for is told by its name. */
export function answerOfShape(messages: readonly ChatMessage[], schema: SchemaNode): string {
  return JSON.stringify(valueFor('', schema, readingOf(messages)));
}

function readingOf(messages: readonly ChatMessage[]): Reading {
  const system = contentOf(messages.find(({ role }) => role === 'system' || role === 'developer'));
  const lines = lastSaid(messages, 'user').split('\n');
  const of = (speaker: string) =>
    lines.filter((line) => line.startsWith(`${speaker}: `)).map((line) => line.slice(speaker.length + 2));
  return {
    french: /french|\(fr\b/i.test(system),
    caller: of('Caller'),
    agent: of('Agent').map((line) => line.replace(/\[not heard:.*\]/, '').trim()),
  };
}

function valueFor(name: string, schema: SchemaNode, reading: Reading): unknown {
  if (schema.enum) return choiceFor(name, schema.enum, reading);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, part]) => [key, valueFor(key, part, reading)]),
      );
    case 'array':
      return schema.items && isLeftOpen(reading) ? [valueFor(name, schema.items, reading)] : [];
    case 'number':
    case 'integer':
      return reading.caller.length;
    case 'boolean':
      return isBooked(reading);
    default:
      return textFor(name, reading);
  }
}

function textFor(name: string, { french, caller, agent }: Reading): string {
  const words = TEXTS[french ? 'fr' : 'en'];
  return /summary|abstract/i.test(name) ? `${words.about(caller[0] ?? '…')} ${words.lines(agent.length)}` : words.todo;
}

/** The first choice that fits, else the first there is. */
function choiceFor(name: string, choices: readonly unknown[], reading: Reading): unknown {
  const wanted = /sentiment|mood/i.test(name)
    ? [reading.caller.some((line) => wishes('thanks', line)) ? 'positive' : 'neutral']
    : [isBooked(reading) ? 'resolved' : isLeftOpen(reading) ? 'follow-up' : 'unresolved'];
  return choices.find((choice) => wanted.includes(String(choice))) ?? choices[0];
}

const isBooked = ({ agent }: Reading): boolean => agent.some((line) => /is booked|est réservé/i.test(line));

const isLeftOpen = (reading: Reading): boolean =>
  !isBooked(reading) && reading.caller.some((line) => wishes('human', line) || wishes('book', line));
