import type { Call } from '../call.js';

/**
 * What the model is told before the conversation: who it is, how speech differs from writing, and what day it is.
 * The day is the call's first, so that the text stays the same for the whole call and providers can cache it.
 */
export function systemPrompt({
  settings,
  startedAt,
  functions,
}: Pick<Call, 'settings' | 'startedAt' | 'functions'>): string {
  const { agent } = settings;
  return [
    `You are ${agent.name}, an AI voice agent on a telephone call. ${agent.persona}`,
    `Speak ${languageName(agent.language)}. Everything you write is spoken aloud: plain sentences, no lists, no markup, no emoji.`,
    'Answer in one to three short sentences. Ask one thing at a time. Say numbers, dates and times the way people say them.',
    'The transcript of the caller may hold mistakes of the recogniser: ask when it makes no sense.',
    'A sentence of yours that ends in a dash was cut off there: the caller has not heard the rest.',
    functions.length > 0
      ? 'Use the functions for facts and actions; never claim to have done what no function confirmed.'
      : '',
    `The call began on ${startedAt.slice(0, 10)} at ${startedAt.slice(11, 16)} UTC (${weekday(startedAt)}).`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Made once: making them takes longer than all else that is done for a request. */
const LANGUAGE_NAMES = new Intl.DisplayNames(['en'], { type: 'language' });
const WEEKDAYS = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

const languageName = (tag: string): string => {
  if (tag === 'multi') return 'the language of the caller';
  try {
    return LANGUAGE_NAMES.of(tag) ?? tag;
  } catch {
    return 'the language of the caller';
  }
};

const weekday = (iso: string): string => WEEKDAYS.format(new Date(iso));
