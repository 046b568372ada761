import type {
  ProviderUsage,
  SpeakOptions,
  Spoken,
  TextToSpeech,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '@app/conversation/ports';
import type { Chain } from './chain.js';
import { raced } from './race.js';

/** A voice of a vendor: the vendor's id of it goes with its name. */
export interface VoiceLink {
  voice: TextToSpeech;
  voiceId: string;
}

/** Several voices as one: the next speaks a piece of which the one before it gave no sound, or none in time. */
export class FallbackTextToSpeech implements TextToSpeech {
  constructor(private readonly chain: Chain<VoiceLink>) {}

  get name(): string {
    return this.chain.name;
  }

  get capabilities(): TextToSpeech['capabilities'] {
    return this.chain.at(0).voice.capabilities;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    return new FallbackVoiceSession(this.chain, options);
  }
}

class FallbackVoiceSession implements TextToSpeechSession {
  readonly #sessions = new Map<number, TextToSpeechSession>();

  constructor(
    private readonly chain: Chain<VoiceLink>,
    private readonly options: TextToSpeechOptions,
  ) {
    this.#sessionOf(chain.firstWell());
  }

  speak(text: string, { signal: only, onUsed }: SpeakOptions): AsyncIterable<Spoken> {
    const { chain, options } = this;
    const signal = AbortSignal.any([options.signal, only]);
    /** Stopped by the race, and not by whoever asked: another voice spoke. */
    const tell = (usage: ProviderUsage, stopped: AbortSignal) =>
      onUsed?.(stopped.aborted && !signal.aborted ? { ...usage, lost: 'second' } : usage);
    return raced<VoiceLink, Spoken>({
      chain,
      signal,
      ask: (_voice, index, stopped) =>
        this.#sessionOf(index).speak(text, { signal: stopped, onUsed: (usage) => tell(usage, stopped) }),
      isAnswer: ({ samples }) => samples.length > 0,
      mayBeEmpty: text.trim() === '',
      onSwitch: options.onSwitch,
    });
  }

  /** Takes its socket when it is first needed, and keeps it for the call. */
  #sessionOf(index: number): TextToSpeechSession {
    const known = this.#sessions.get(index);
    if (known) return known;
    const { voice, voiceId } = this.chain.at(index);
    const session = voice.open({ ...this.options, voiceId });
    this.chain.countSession(index, this.options.signal);
    this.#sessions.set(index, session);
    return session;
  }
}
