import { bookingOf, dayIn, nameIn, slotsIn, type WantedDay } from './booking.js';
import { type ChatMessage, type ChatTool, contentOf, lastSaid, toolNamed } from './chat.js';
import { argumentsFor } from './function-arguments.js';
import { type Language, type Phrases, PHRASES, type Stage, stageOf } from './phrases.js';
import { wishes } from './wishes.js';

/** What the receptionist says, and what it asks to be done. */
export interface Answer {
  text: string;
  calls: readonly { name: string; arguments: Record<string, unknown> }[];
}

/** A conversation as far as it has come. */
interface Conversation {
  messages: readonly ChatMessage[];
  tools: readonly ChatTool[];
  phrases: Phrases;
  said: string;
  /** What was asked last, also when something else was talked about since. */
  stage: Stage | undefined;
}

const TOOLS = {
  slots: /slot|free|availab/i,
  book: /book|reserv/i,
  end: /(^|[-_])(end|hang)/i,
  transfer: /transfer/i,
};

const say = (...sentences: string[]): Answer => ({ text: sentences.join(' '), calls: [] });

/**
 * A receptionist who follows the conversation by what was asked last and by words of the answer: it does what a model
 * would in this one trade, the same way each time.
 */
export function answer(messages: readonly ChatMessage[], tools: readonly ChatTool[]): Answer {
  const phrases = PHRASES[languageOf(messages)];
  const last = messages.at(-1);
  const said = lastSaid(messages, 'user');
  const stage = messages.map(stageIn).findLast((found) => found !== undefined);
  const conversation = { messages, tools, phrases, said, stage };
  if (last?.role === 'tool') return afterFunction(conversation, contentOf(last));
  return atOnce(conversation) ?? inBooking(conversation) ?? otherwise(conversation);
}

const stageIn = (message: ChatMessage): Stage | undefined =>
  message.role === 'assistant' ? stageOf(contentOf(message)) : undefined;

/** What may be said at any time, and is not an answer to what was asked. */
function atOnce({ messages, tools, phrases, said, stage }: Conversation): Answer | undefined {
  const nothingMore = stage === 'more' && wishes('no', said) && !wishes('book', said);
  if (wishes('farewell', said) || nothingMore) return farewell(tools, phrases);
  if (wishes('repeat', said)) return say(lastSaid(messages, 'assistant').replace(/\s*—$/, '.') || phrases.hello);
  if (wishes('human', said)) return transfer(tools, phrases);
  if (wishes('contact', said)) return say(phrases.contact, goOn(stage, phrases));
  if (wishes('hours', said)) return say(phrases.openingHours);
  if (wishes('address', said)) return say(phrases.address, goOn(stage, phrases));
  if (wishes('prices', said)) return say(phrases.prices, goOn(stage, phrases));
  return undefined;
}

/** Back to the question that was left open. */
function goOn(stage: Stage | undefined, phrases: Phrases): string {
  if (stage === 'choice') return phrases.askWhich;
  if (stage === 'name') return phrases.askName;
  return phrases.anythingElse;
}

/** What belongs to a booking that is under way, or begins. */
function inBooking(conversation: Conversation): Answer | undefined {
  const { messages, phrases, said, stage } = conversation;
  const day = dayIn(said, messages);
  const refuses = wishes('no', said);
  if (day && (stage !== 'name' || wishes('book', said))) return lookUp(conversation, day);
  if (stage === 'name') return refuses ? say(phrases.allRight, phrases.anythingElse) : book(conversation);
  if (stage === 'choice') return refuses ? say(phrases.askWhen) : say(phrases.askName);
  if (stage === 'day' && wishes('anyDay', said)) return lookUp(conversation, {});
  if (wishes('book', said)) return say(phrases.askWhen);
  if (stage === 'day') return refuses ? say(phrases.allRight, phrases.anythingElse) : say(phrases.askDayAgain);
  if (stage === 'offer' && refuses) return say(phrases.allRight, phrases.anythingElse);
  return stage === 'offer' && wishes('yes', said) ? say(phrases.askWhen) : undefined;
}

function otherwise({ phrases, said, stage }: Conversation): Answer {
  if (wishes('thanks', said)) return say(phrases.welcome, phrases.anythingElse);
  if (wishes('hello', said)) return say(phrases.hello, phrases.shallIBook);
  if (stage === 'more' && wishes('yes', said)) return say(phrases.allRight, phrases.shallIBook);
  return say(phrases.notUnderstood, phrases.shallIBook);
}

function lookUp({ tools, phrases }: Conversation, day: WantedDay): Answer {
  const tool = toolNamed(tools, TOOLS.slots);
  if (!tool) return say(phrases.noCalendar, phrases.anythingElse);
  return { text: phrases.looking, calls: [{ name: tool.function.name, arguments: argumentsFor(tool, { ...day }) }] };
}

function book({ messages, tools, phrases, said }: Conversation): Answer {
  const tool = toolNamed(tools, TOOLS.book);
  const booking = bookingOf(messages, nameIn(said));
  if (!tool || !booking) return say(phrases.lostTime);
  const facts = { ...booking, date: booking.startsAt.slice(0, 10) };
  return { text: phrases.booking, calls: [{ name: tool.function.name, arguments: argumentsFor(tool, facts) }] };
}

function farewell(tools: readonly ChatTool[], { goodbye }: Phrases): Answer {
  const tool = toolNamed(tools, TOOLS.end);
  return { text: goodbye, calls: tool ? [{ name: tool.function.name, arguments: argumentsFor(tool, {}) }] : [] };
}

function transfer(tools: readonly ChatTool[], phrases: Phrases): Answer {
  const tool = toolNamed(tools, TOOLS.transfer);
  if (!tool) return say(phrases.notUnderstood, phrases.shallIBook);
  return { text: phrases.transferring, calls: [{ name: tool.function.name, arguments: argumentsFor(tool, {}) }] };
}

/** What a function brought, in words. */
function afterFunction({ messages, phrases }: Conversation, result: string): Answer {
  const slots = slotsIn(result);
  if (slots) {
    const [first, second] = slots.map(({ spoken }) => spoken);
    if (!first) return say(phrases.nothingFree);
    const offer = second ? bothOf(first, second, phrases.or) : aloud(first);
    return say(`${phrases.have} ${offer}.`, phrases.askWhich);
  }
  if (/"status":\s*"booked"|"booked":\s*true/.test(result)) {
    const spoken = /"spoken":\s*"([^"]+)"/.exec(result)?.[1];
    return say(`${phrases.booked}${spoken ? ` ${phrases.bookedFor} ${aloud(spoken)}` : ''}.`, phrases.anythingElse);
  }
  const leaving = [phrases.goodbye, phrases.transferring].includes(lastSaid(messages, 'assistant'));
  return say(leaving ? '' : phrases.failed);
}

/** The second without its day, where that is the same. */
function bothOf(first: string, second: string, or: string): string {
  const [day] = first.split(' at ');
  return `${aloud(first)}, ${or} ${aloud(second.startsWith(`${day} at `) ? second.slice(`${day} `.length) : second)}`;
}

/** "Monday 23 November at 09:30" as people say it. */
const aloud = (spoken: string): string =>
  spoken.replace(/,/g, '').replace(/(\d{2}):(\d{2})/, (_, hour: string, minute: string) => {
    const twelve = Number(hour) % 12 || 12;
    return minute === '00' ? `${twelve} o'clock` : `${twelve} ${minute}`;
  });

/** As the system's part asks for, else as the caller speaks. */
function languageOf(messages: readonly ChatMessage[]): Language {
  const system = contentOf(messages.find(({ role }) => role === 'system' || role === 'developer'));
  const told = /\bspeak (french|english)\b/i.exec(system)?.[1]?.toLowerCase();
  if (told) return told === 'french' ? 'fr' : 'en';
  return /\b(bonjour|je|voudrais|merci|oui|demain)\b/i.test(lastSaid(messages, 'user')) ? 'fr' : 'en';
}
