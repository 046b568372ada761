import { type ChatMessage, type ChatTool, contentOf, lastSaid, toolNamed } from './chat.js';
import { bookingOf, dayIn, nameIn, slotsIn } from './booking.js';

/** What the receptionist says, and what it asks to be done. */
export interface Answer {
  text: string;
  calls: readonly { name: string; arguments: Record<string, unknown> }[];
}

const ASK_WHEN = 'Of course. Which day would suit you?';
const ASK_WHICH = 'Which one would you like?';
const ASK_NAME = 'What name may I put it under?';
const ANYTHING_ELSE = 'Is there anything else I can do for you?';
const SHALL_I_BOOK = 'Would you like to book an appointment?';

const OPENING_HOURS = [
  'We are open from Monday to Friday, from nine in the morning until five in the afternoon.',
  'On Saturdays and Sundays the practice is closed.',
  'We do check ups, cleanings, fillings and emergency visits, and there are three dentists here every day.',
  'If you are in pain, please call early in the morning, because we keep some places free for the same day.',
  'You can park behind the house, and the entrance is on the left side.',
].join(' ');

/** Words by which a wish is known, whatever the recogniser made of the rest. */
const WISHES: readonly (readonly [RegExp, string])[] = [
  [/\b(open|opening|hours|services?|closed?)\b/i, OPENING_HOURS],
  [/\b(where|address|located|find you)\b/i, 'We are at twelve Harbour Street, next to the library. ' + ANYTHING_ELSE],
  [/\b(price|prices|cost|costs|how much|expensive)\b/i, 'That depends on the treatment, so the dentist tells you first. ' + ANYTHING_ELSE],
  [/\b(thank|thanks)\b/i, 'You are welcome. ' + ANYTHING_ELSE],
  [/\b(hello|hi|good morning|bonjour)\b/i, 'Hello! ' + SHALL_I_BOOK],
]; // prettier-ignore

const FAREWELL = /\b(goodbye|good bye|bye|that is all|that's all|nothing else|au revoir)\b/i;
const NO = /\b(no|nope|non|nothing)\b/i;
const YES = /\b(yes|yeah|sure|please|okay|ok|oui|right|fine|good)\b/i;
const BOOK = /\b(book|booking|appointment|appointments|cleaning|check.?up|visit|rendez.vous)\b/i;
const REPEAT = /\b(repeat|again|pardon|what did you say|sorry)\b/i;

/**
 * A receptionist who follows the conversation by what was asked last and by words of the answer: it does what a model
 * would in this one trade, the same way each time.
 */
export function answer(messages: readonly ChatMessage[], tools: readonly ChatTool[]): Answer {
  const last = messages.at(-1);
  if (last?.role === 'tool') return afterFunction(messages, contentOf(last));
  const said = contentOf(last);
  const asked = lastSaid(messages, 'assistant');
  if (FAREWELL.test(said) || (asked.includes(ANYTHING_ELSE) && NO.test(said) && !BOOK.test(said)))
    return farewell(tools);
  return bookingAnswer(messages, tools, { said, asked }) ?? generalAnswer(messages, said);
}

interface Heard {
  said: string;
  asked: string;
}

/** What belongs to a booking that is under way, or begins. */
function bookingAnswer(
  messages: readonly ChatMessage[],
  tools: readonly ChatTool[],
  { said, asked }: Heard,
): Answer | undefined {
  if (asked.includes(ASK_NAME)) return book(messages, tools, said);
  const dayAsked = asked.includes('Which day') || asked.includes(SHALL_I_BOOK);
  const day = dayIn(said, messages);
  if (asked.includes(ASK_WHICH) && !day) return say(`Very good. ${ASK_NAME}`);
  if (day && (dayAsked || BOOK.test(said) || asked.includes(ASK_WHICH))) return lookUp(tools, day);
  if (asked.includes(SHALL_I_BOOK) && NO.test(said)) return say(`All right. ${ANYTHING_ELSE}`);
  if (BOOK.test(said) || (asked.includes(SHALL_I_BOOK) && YES.test(said))) return say(ASK_WHEN);
  return undefined;
}

function generalAnswer(messages: readonly ChatMessage[], said: string): Answer {
  const wish = WISHES.find(([words]) => words.test(said));
  if (wish) return say(wish[1]);
  if (REPEAT.test(said)) return say(lastSaid(messages, 'assistant').replace(/—$/, '.'));
  return say(`I am not sure that I understood you. ${SHALL_I_BOOK}`);
}

function lookUp(tools: readonly ChatTool[], day: Record<string, unknown>): Answer {
  const tool = toolNamed(tools, /slot/i);
  if (!tool) return say('I cannot see the calendar at the moment. ' + ANYTHING_ELSE);
  return { text: 'Let me look at the calendar.', calls: [{ name: tool, arguments: day }] };
}

function book(messages: readonly ChatMessage[], tools: readonly ChatTool[], said: string): Answer {
  const tool = toolNamed(tools, /book/i);
  const booking = bookingOf(messages, nameIn(said));
  if (!tool || !booking) return say(`I am sorry, I have lost the time. ${ASK_WHEN}`);
  return { text: 'Thank you. I will book that for you.', calls: [{ name: tool, arguments: booking }] };
}

function farewell(tools: readonly ChatTool[]): Answer {
  const tool = toolNamed(tools, /end|hang/i);
  return { text: 'Thank you for calling. Goodbye!', calls: tool ? [{ name: tool, arguments: {} }] : [] };
}

/** What a function brought, in words. */
function afterFunction(messages: readonly ChatMessage[], result: string): Answer {
  const slots = slotsIn(result);
  if (slots) {
    const [first, second] = slots.map(({ spoken }) => spoken);
    if (!first) return say('There is nothing free then. Which day would suit you otherwise?');
    return say(`I have ${second ? bothOf(first, second) : aloud(first)}. ${ASK_WHICH}`);
  }
  if (/"status":\s*"booked"/.test(result)) {
    const spoken = /"spoken":\s*"([^"]+)"/.exec(result)?.[1];
    return say(`Your appointment is booked${spoken ? ` for ${aloud(spoken)}` : ''}. ${ANYTHING_ELSE}`);
  }
  if (lastSaid(messages, 'assistant').includes('Goodbye')) return say('');
  return say(`I am sorry, that did not work. ${ASK_WHEN}`);
}

/** The second without its day, where that is the same. */
function bothOf(first: string, second: string): string {
  const [day] = first.split(' at ');
  return `${aloud(first)}, or ${aloud(second.startsWith(`${day} at `) ? second.slice(`${day} `.length) : second)}`;
}

/** "Monday 23 November at 09:30" as people say it. */
const aloud = (spoken: string): string =>
  spoken.replace(/,/g, '').replace(/(\d{2}):(\d{2})/, (_, hour: string, minute: string) => {
    const twelve = Number(hour) % 12 || 12;
    return minute === '00' ? `${twelve} o'clock` : `${twelve} ${minute}`;
  });

const say = (text: string): Answer => ({ text, calls: [] });
