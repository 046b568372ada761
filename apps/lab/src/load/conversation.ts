import type { Scenario, Step } from '../caller/scenario.js';
import { type Random, wholeBetween } from '../seeded-random.js';

/** What the callers of a load say, over and over: five turns, one of them an interruption, none that ends the call. */
const WHERE = 'Where can I find you in town?';
const HOURS = 'What are your opening hours?';
const OVER_IT = 'Please tell me how much that costs.';
const BOOK = 'I would like to book an appointment please.';
const MORNING = 'In the morning please.';
export const LOAD_LINES = [WHERE, HOURS, OVER_IT, BOOK, MORNING] as const;

const WITHIN_MS = 8_000;
const SHORTEST_TURN_MS = 3_000;
const CARRIER_DELAY_MS: [number, number] = [40, 200];
const NOISE = 6;

/** A conversation that lasts `lengthMs`, however quickly it is answered; then the caller hangs up. */
export function loadConversation(lengthMs: number, random: Random): Scenario {
  const steps: Step[] = [];
  while (steps.length * SHORTEST_TURN_MS < lengthMs) {
    const overMs = wholeBetween(random, 1_000, 3_000);
    const hours = say(HOURS, steps.length === 0 ? 'greeting' : 'reply');
    steps.push(hours, interrupt(OVER_IT, overMs), say(BOOK), say(MORNING), say(WHERE));
  }
  return {
    ...{ name: 'load', from: '33612345678', voice: 'rms', noise: NOISE, carrierDelayMs: CARRIER_DELAY_MS },
    ...{ maxMs: lengthMs, steps },
  };
}

const say = (text: string, after: 'greeting' | 'reply' = 'reply'): Step => ({
  ...{ kind: 'say', say: text, after, quietMs: 700, withinMs: WITHIN_MS },
});

const interrupt = (text: string, afterMs: number): Step => ({
  ...{ kind: 'bargeIn', bargeIn: text, afterMs, withinMs: WITHIN_MS },
});
