import type {
  SpeechToSpeech,
  SpeechToSpeechSession,
  Spoken,
  TextToSpeech,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '@app/conversation/ports';

/** A model that speaks, as a voice for what is written: it reads word for word, without a conversation. */
export class ReadingVoice implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: false };

  constructor(private readonly speech: SpeechToSpeech) {
    this.name = speech.name;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    let session: Promise<SpeechToSpeechSession> | undefined;
    const dial = () => this.speech.open(options);
    const usable = () => (session = session ? session.then((one) => (one.over ? dial() : one), dial) : dial());
    return {
      speak: (text, { signal }) => read(text, usable, AbortSignal.any([options.signal, signal])),
    };
  }
}

async function* read(
  text: string,
  usable: () => Promise<SpeechToSpeechSession>,
  signal: AbortSignal,
): AsyncGenerator<Spoken> {
  // prettier-ignore
  signal.throwIfAborted();
  if (text.trim() === '') return;
  const session = await usable();
  for await (const samples of session.read(text, { signal })) yield { samples, words: [] };
}
