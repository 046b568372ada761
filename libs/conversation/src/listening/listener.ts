import { durationMs, FRAME_MS, Resampler, type SampleRateHz, samplesIn, ToneDetector } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { Effect } from '../log/effect.js';
import type { Input } from '../log/input.js';
import {
  ProviderError,
  type ProviderSwitch,
  type ProviderUsage,
  type SpeechToText,
  type SpeechToTextSession,
  type TurnSettings,
  type VoiceDetector,
  type VoiceDetectorSession,
} from '../ports/index.js';
import { VoiceGate } from './voice-gate.js';

/** Sound kept while a recogniser opens, so that a caller who speaks at once is heard. Milliseconds. */
const KEPT_MS = 3_000;

/** Who understands the caller, and what it is told to expect. */
export interface Ear {
  recogniser: SpeechToText;
  language: string;
  keyterms: readonly string[];
}

export interface ListenerParts {
  callId: string;
  rateHz: SampleRateHz;
  clock: Clock;
  ear: Ear;
  detector: VoiceDetector;
  turns: TurnSettings;
  /** Now, on the call's clock. */
  callMs: () => number;
  tell: (input: Input) => void;
  /** A bug: it ends the call. */
  fail: (error: unknown) => void;
}

type ListeningEffect = Extract<Effect, { type: 'open-recogniser' | 'close-recogniser' | 'ask-for-words' | 'hear-caller' | 'listen-for-tone' }>; // prettier-ignore

type Recogniser =
  | { state: 'none' }
  | { state: 'opening'; stop: AbortController }
  | { state: 'open'; stop: AbortController; session: SpeechToTextSession };

/** Hears the caller: every frame goes to the voice detector and to the recogniser, once. */
export class Listener {
  #recogniser: Recogniser = { state: 'none' };
  #kept: Int16Array[] = [];
  #ear: Ear;
  /** In place of what the caller says, when nobody is to hear it; all zero. */
  #deaf: Int16Array | undefined;
  #tones: ToneDetector | undefined;
  #pushedMs = 0;
  #toldMs = 0;
  #voiced = false;
  readonly #voices: VoiceDetectorSession;
  readonly #to8k: Resampler | undefined;
  readonly #at8k = new Int16Array(samplesIn(FRAME_MS, 8_000));

  constructor(private readonly parts: ListenerParts) {
    this.#ear = parts.ear;
    const gate = new VoiceGate(parts.turns);
    this.#to8k = parts.rateHz === 8_000 ? undefined : new Resampler(parts.rateHz, 8_000);
    this.#voices = parts.detector.open((probability) => this.#judge(gate, this.#deaf ? 0 : probability));
  }

  /** One frame of the caller's. On the hot path. */
  hear(frame: Int16Array): void {
    const samples = this.#deaf ?? frame;
    this.#pushedMs += durationMs(samples.length, this.parts.rateHz);
    if (this.#tones) this.#hearTone(this.#tones, samples);
    // the detector hears all: noise that begins out of perfect silence would sound to it like a voice
    this.#voices.push(this.#to8k ? this.#to8k.processInto(frame, this.#at8k) : frame);
    if (this.#recogniser.state === 'open') return this.#recogniser.session.push(samples);
    this.#keep(samples);
  }

  /** What the machine wants of it. */
  obey(effect: ListeningEffect): void {
    switch (effect.type) {
      case 'open-recogniser':
        return this.open(effect.afterMs);
      case 'close-recogniser':
        return this.close();
      case 'ask-for-words':
        return this.askForWords();
      case 'hear-caller':
        return this.deafen(!effect.on);
      case 'listen-for-tone':
        return this.listenForTone(effect.on);
    }
  }

  /** Opens a recogniser in place of the one before; what was heard meanwhile is not lost, as far as it was kept. */
  open(afterMs: number): void {
    this.#closeRecogniser();
    const stop = new AbortController();
    this.#recogniser = { state: 'opening', stop };
    this.#openAndRead(stop, afterMs).catch((error: unknown) => this.#failed(stop, error));
  }

  /** Another one listens from the next `open` on. */
  change(ear: Ear): void {
    this.#ear = ear;
  }

  /** Deaf, it hears silence for as long as that lasts: recognisers hang up on a stream that stops. */
  deafen(isDeaf: boolean): void {
    this.#deaf = isDeaf ? new Int16Array(samplesIn(FRAME_MS, this.parts.rateHz)) : undefined;
  }

  /** Steady tones are told from now on, or not any more. */
  listenForTone(on: boolean): void {
    this.#tones = on ? new ToneDetector(this.parts.rateHz) : undefined;
  }

  askForWords(): void {
    if (this.#recogniser.state === 'open') this.#recogniser.session.finish();
  }

  close(): void {
    this.#closeRecogniser();
    this.#voices.close();
    this.#to8k?.close();
  }

  async #openAndRead(stop: AbortController, afterMs: number): Promise<void> {
    const { callId, rateHz, clock } = this.parts;
    const { language, keyterms, recogniser } = this.#ear;
    const { signal } = stop;
    await clock.sleep(afterMs, signal);
    const onSwitch = (change: ProviderSwitch) => this.parts.tell({ type: 'provider-switched', ...change });
    const onUsed = (usage: ProviderUsage) => this.parts.tell({ type: 'provider-used', usage });
    const session = await recogniser.open({ callId, language, rateHz, keyterms, signal, onSwitch, onUsed });
    if (signal.aborted) return;
    this.#recogniser = { state: 'open', stop, session };
    const keptSamples = this.#kept.reduce((sum, samples) => sum + samples.length, 0);
    for (const samples of this.#kept) session.push(samples);
    this.#kept = [];
    if (this.#voiced) session.begin?.(durationMs(keptSamples, rateHz));
    for await (const heard of session.heard) {
      if (signal.aborted) return;
      if (heard.type === 'words-settled') {
        this.parts.tell({ type: 'words-settled', text: heard.text, confidence: heard.confidence });
      } else this.parts.tell(heard);
    }
    if (!signal.aborted) throw new ProviderError(recogniser.name, 'unreachable'); // ended, and nobody asked it to
  }

  #failed(stop: AbortController, error: unknown): void {
    if (stop.signal.aborted) return;
    stop.abort();
    this.#recogniser = { state: 'none' };
    if (!(error instanceof ProviderError)) return this.parts.fail(error);
    const { provider, code, retryable } = error;
    this.parts.tell({ type: 'provider-failed', stage: 'recogniser', provider, code, retryable });
  }

  /** A probability speaks of a window that ended a little before the newest sound: so long ago is what it tells. */
  #judge(gate: VoiceGate, probability: number): void {
    const { windowMs } = this.parts.detector;
    this.#toldMs += windowMs;
    const change = gate.hear(probability, windowMs);
    if (!change) return;
    const behindMs = Math.max(0, this.#pushedMs - this.#toldMs);
    const atMs = Math.max(0, Math.round((this.parts.callMs() - behindMs - change.agoMs) * 10) / 10);
    this.#voiced = change.type === 'voice-started';
    if (change.type === 'voice-started') {
      if (this.#recogniser.state === 'open') this.#recogniser.session.begin?.(behindMs + change.agoMs);
      this.parts.tell({ type: 'voice-started', onsetMs: atMs });
    } else this.parts.tell({ type: 'voice-stopped', endMs: atMs });
  }

  /** On the hot path. */
  #hearTone(tones: ToneDetector, samples: Int16Array): void {
    if (tones.hear(samples) === 0) return;
    const agoMs = durationMs(samples.length, this.parts.rateHz);
    this.parts.tell({ type: 'tone-heard', endMs: Math.max(0, this.parts.callMs() - agoMs) });
  }

  #keep(samples: Int16Array): void {
    this.#kept.push(samples.slice());
    const most = KEPT_MS / durationMs(samples.length, this.parts.rateHz);
    if (this.#kept.length > most) this.#kept.shift();
  }

  #closeRecogniser(): void {
    if (this.#recogniser.state !== 'none') this.#recogniser.stop.abort();
    this.#recogniser = { state: 'none' };
  }
}
