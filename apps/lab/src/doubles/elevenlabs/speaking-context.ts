import { samplesIn } from '@app/audio';
import type { RenderedSpeech, VoiceName } from '../../engines/speech-engine.js';
import type { Fault } from '../faults.js';
import { alignmentOf, placeCharacters } from './alignment.js';
import { type AskedPiece, notePiece, renderedPiece, untilAborted, type VoiceParts } from '../voice-parts.js';
import { audioMessage, encoded, type OutputFormat } from './elevenlabs-messages.js';

export interface SpeakingParts extends VoiceParts {
  voice: VoiceName;
  format: OutputFormat;
  /** Speaks each whole sentence as it comes, without waiting for more. */
  autoMode: boolean;
  send: (message: object | string) => void;
  /** A sound could not be made; also told when the socket has gone. */
  failed: (error: unknown) => void;
  /** Ends the socket in their words for a status. */
  refuse: (status: number) => void;
  /** Breaks the socket off. */
  breakOff: () => void;
  /** Aborts when the socket has closed. */
  gone: AbortSignal;
}

const CHUNK_MS = 250;
const TRICKLE_MS = 5_000;
/** Without auto mode, so much text is spoken before it is flushed: the first of their usual `chunk_length_schedule`. */
const SPOKEN_FROM_LETTERS = 120;
const SENTENCE_END = /[.!?…]["'»)]*\s*$/;

/** One context of a socket: text comes in pieces and is spoken in order. */
export class SpeakingContext {
  #text = '';
  #speaking: Promise<void> = Promise.resolve();

  constructor(
    private readonly id: string,
    private readonly parts: SpeakingParts,
  ) {}

  take(text: string): void {
    this.#text += text;
    const enough = this.parts.autoMode ? SENTENCE_END.test(this.#text) : this.#text.length >= SPOKEN_FROM_LETTERS;
    if (enough) this.flush();
  }

  flush(): void {
    const text = this.#text.trim();
    this.#text = '';
    if (text === '') return;
    this.#speaking = this.#speaking.then(() => this.#speak(text));
    this.#speaking.catch(this.parts.failed);
  }

  /** Resolves when all that was flushed has been sent; what was not is dropped. Rejects when the socket is gone. */
  async close(): Promise<void> {
    this.#text = '';
    await this.#speaking;
  }

  async #speak(text: string): Promise<void> {
    const { voice, format, faults, gone } = this.parts;
    const fault = faults.take('voice', this.id, ({ kind, callId }) => kind !== 'status' || callId !== undefined);
    if (fault?.kind === 'status') return this.parts.refuse(fault.status);
    if (fault?.kind === 'hang') return untilAborted(gone);
    if (fault?.kind === 'malformed') return this.parts.send('{"audio": tru');
    const piece: AskedPiece = { name: this.id, text, voice, rateHz: format.rateHz };
    const speech = await renderedPiece(this.parts, piece, gone);
    if (fault?.kind === 'empty') return;
    notePiece(this.parts, piece, speech);
    await this.#send(speech, fault);
  }

  async #send({ samples, words }: RenderedSpeech, fault: Fault | undefined): Promise<void> {
    const { format, clock, waits, latencies, gone } = this.parts;
    const characters = placeCharacters(words);
    const chunk = samplesIn(CHUNK_MS, format.rateHz);
    for (let from = 0, fromMs = 0; from < samples.length; from += chunk, fromMs += CHUNK_MS) {
      const toMs = from + chunk < samples.length ? fromMs + CHUNK_MS : Infinity;
      const sound = encoded(samples.subarray(from, from + chunk), format);
      this.parts.send(audioMessage(sound, alignmentOf(characters, fromMs, toMs), this.id));
      if (fault?.kind === 'half-close') return this.parts.breakOff();
      await clock.sleep(fault?.kind === 'trickle' ? TRICKLE_MS : waits.draw(latencies.voice.chunk), gone);
    }
  }
}
