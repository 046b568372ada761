import type { AgentSettings } from '@app/persistence';

/** `vendor/model` of each. */
export interface Models {
  recogniser: string;
  model: string;
  voice: string;
  /** The voice's own id of whoever speaks, for all; each persona's own when it is not told. */
  voiceId?: string | undefined;
}

/** Who of its stock voices speaks, by vendor: what one calls a voice means nothing to another. */
interface VoiceIds {
  elevenlabs: string;
  /** With the model `aura-2` and the agent's language it makes `aura-2-agathe-fr`. */
  deepgram: string;
  /** Also of servers that speak its protocol. */
  openai: string;
}

/** A fresh agent as it is written down here; what all have in common is added. */
export interface Persona {
  slug: string;
  e164: string;
  label: string;
  agent: AgentSettings['agent'];
  greeting: string;
  phrases: AgentSettings['phrases'];
  overflow: NonNullable<AgentSettings['overflow']>;
  recording: NonNullable<AgentSettings['recording']>;
  voiceIds: VoiceIds;
  functions: readonly string[];
  /** When calls may be routed to it; always if not said. */
  hours?: NonNullable<AgentSettings['hours']>;
  /** Slugs of those that take its calls when it cannot, where calls are routed. */
  standIns?: readonly string[];
}

/** Starting points; each can be changed for one agent, and tried on an old call with `npm run replay -- --set`. */
const USUAL_TURNS: AgentSettings['turns'] = {
  voiceThreshold: 0.5,
  silenceThreshold: 0.35,
  voiceMs: 96,
  silenceMs: 160,
  pauseMs: 500,
  completeMs: 250,
  hesitationMs: 1_200,
  lateWordsMs: 900,
  overlapMs: 320,
  resumeMs: 700,
  speculates: true,
};

const USUAL_LIMITS: AgentSettings['limits'] = {
  maxCallMs: 900_000,
  silenceMs: 8_000,
  patienceMs: 2_000,
  giveUpMs: 8_000,
};

/** Every persona ends with it: what a voice on a telephone needs, whoever it is. */
const ON_THE_TELEPHONE = `
You speak on the telephone. Answer in one or two short sentences, in plain spoken words: no lists, no headings, no symbols.
Ask one thing at a time. Say numbers, dates and times the way people say them. If you did not understand, ask again.
If you are asked, say that you are an AI. Never claim to be a person, never invent what you do not know.`;

export const settingsOf = (persona: Persona, { recogniser, model, voice, voiceId }: Models): AgentSettings => ({
  agent: { ...persona.agent, persona: `${persona.agent.persona.trim()}\n${ON_THE_TELEPHONE}` },
  greeting: persona.greeting,
  phrases: persona.phrases,
  turns: USUAL_TURNS,
  limits: USUAL_LIMITS,
  providers: { recogniser, model, voice, voiceId: voiceId ?? voiceIdOf(persona, voice) },
  functions: persona.functions,
  overflow: persona.overflow,
  recording: persona.recording,
  ...(persona.hours && { hours: persona.hours }),
});

/** Models that speak have voices of their own, which speak every language. */
const SPEAKING_VOICE = 'marin';

function voiceIdOf({ voiceIds }: Persona, voice: string): string {
  if (voice.startsWith('deepgram/')) return voiceIds.deepgram;
  if (voice.startsWith('openai-realtime/')) return SPEAKING_VOICE;
  return voice.startsWith('openai') ? voiceIds.openai : voiceIds.elevenlabs;
}
