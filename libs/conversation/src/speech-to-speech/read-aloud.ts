import { durationMs, type SampleRateHz } from '@app/audio';
import type { SpeakOptions, SpeechToSpeechSession, Spoken } from '../ports/index.js';

interface Reading extends SpeakOptions {
  rateHz: SampleRateHz;
  /** `vendor/model`. */
  provider: string;
}

/** A text as the model reads it, beside its history; tells how much of it was read. @throws ProviderError, once; the signal's reason */
export async function* readAloud(
  session: SpeechToSpeechSession,
  text: string,
  { signal, rateHz, provider, onUsed }: Reading,
): AsyncGenerator<Spoken> {
  let soundMs = 0;
  let isTold = false;
  const told = () => {
    if (!isTold) onUsed?.({ stage: 'voice', provider, characters: text.length, soundMs: Math.round(soundMs) });
    isTold = true;
  };
  signal.addEventListener('abort', told, { once: true });
  try {
    for await (const samples of session.read(text, { signal })) {
      soundMs += durationMs(samples.length, rateHz);
      yield { samples, words: [] };
    }
  } finally {
    signal.removeEventListener('abort', told);
    if (soundMs > 0) told();
  }
}
