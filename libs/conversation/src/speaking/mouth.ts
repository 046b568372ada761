import type { AgentParts } from '../agent-parts.js';
import type { Line, ProviderSwitch } from '../ports/index.js';
import { type PhraseCache, phraseVoiceOf } from './phrases.js';
import type { Mouth } from './speaker.js';

/** To whom a voice speaks, under which name at its provider, and until when. */
export interface Ways {
  callId: string;
  line: Pick<Line, 'rateHz'>;
  signal: AbortSignal;
}

/** The voice of an agent, opened for whoever listens there. */
export function mouthOf(
  { voice, settings }: AgentParts,
  { callId, line, signal, phrases, onSwitch }: Ways & { phrases: PhraseCache; onSwitch: (change: ProviderSwitch) => void }, // prettier-ignore
): Mouth {
  const { rateHz } = line;
  const { voiceId } = settings.providers;
  const { language } = settings.agent;
  const by = phraseVoiceOf(settings, rateHz);
  return {
    voice: voice.open({ callId, voiceId, language, rateHz, signal, onSwitch }),
    voiceName: voice.name,
    findPhrase: (text) => phrases.find(by, text),
  };
}
