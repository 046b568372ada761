import { durationMs, type SampleRateHz } from '@app/audio';
import type {
  Spoken,
  TextToSpeech,
  TextToSpeechCapabilities,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '@app/conversation/ports';
import { spokenForm } from './spoken-form.js';
import { WrittenWords } from './written-words.js';

/**
 * A voice that is given figures, prices, dates and addresses as people say them. What it tells of words is spelled as the
 * text was: the record and the model's memory know nothing of it.
 */
export class SpokenFormTextToSpeech implements TextToSpeech {
  constructor(private readonly voice: TextToSpeech) {}

  get name(): string {
    return this.voice.name;
  }

  get capabilities(): TextToSpeechCapabilities {
    return this.voice.capabilities;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    const session = this.voice.open(options);
    return { speak: (text, { signal }) => speak(session, text, { ...options, signal }) };
  }
}

async function* speak(
  session: TextToSpeechSession,
  text: string,
  { language, rateHz, signal }: { language: string; rateHz: SampleRateHz; signal: AbortSignal },
): AsyncIterable<Spoken> {
  const stretches = spokenForm(text, language);
  const written = new WrittenWords(stretches);
  let samples = 0;
  for await (const spoken of session.speak(stretches.map(({ said }) => said).join(' '), { signal })) {
    samples += spoken.samples.length;
    yield { samples: spoken.samples, words: written.place(spoken.words) };
  }
  const words = written.finish(durationMs(samples, rateHz));
  if (words.length > 0) yield { samples: new Int16Array(0), words };
}
