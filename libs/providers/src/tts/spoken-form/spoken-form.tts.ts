import { durationMs, type SampleRateHz } from '@app/audio';
import type {
  SpeakOptions,
  Spoken,
  TextToSpeech,
  TextToSpeechCapabilities,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '@app/conversation/ports';
import { VoiceCount } from '../voice-count.js';
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
    const provider = this.voice.name;
    return { speak: (text, asked) => speak(session, text, { ...options, ...asked, provider }) };
  }
}

interface Speaking extends SpeakOptions {
  language: string;
  rateHz: SampleRateHz;
  provider: string;
}

async function* speak(
  session: TextToSpeechSession,
  text: string,
  { language, rateHz, signal, provider, onUsed }: Speaking,
): AsyncIterable<Spoken> {
  const stretches = spokenForm(text, language);
  const said = stretches.map((stretch) => stretch.said).join(' ');
  const written = new WrittenWords(stretches);
  const count = new VoiceCount({ provider, characters: said.length, signal, onUsed });
  let samples = 0;
  try {
    for await (const spoken of session.speak(said, { signal })) {
      samples += spoken.samples.length;
      count.soundMs = durationMs(samples, rateHz);
      yield { samples: spoken.samples, words: written.place(spoken.words) };
    }
  } catch (error) {
    count.broke();
    throw error;
  }
  count.over();
  const words = written.finish(durationMs(samples, rateHz));
  if (words.length > 0) yield { samples: new Int16Array(0), words };
}
