import type { Call } from '../call.js';

/** Longer than greetings are. Milliseconds. */
export const LONGEST_GREETING_MS = 60_000;

/** Whether a machine is being waited for, or told: nobody answers what it says. */
export const isTalkingToMachine = ({ answerer }: Call): boolean =>
  answerer !== null && answerer.state !== 'unknown' && answerer.state !== 'person';
