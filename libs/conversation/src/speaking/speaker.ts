import type { PlayoutClock } from '@app/audio';
import type { Clock } from '@app/kernel';
import { durationMs } from '@app/audio';
import type { HeardSoFar, Input } from '../log/input.js';
import { type Line, ProviderError, type ProviderUsage, type TextToSpeechSession } from '../ports/index.js';
import { heardText } from './heard.js';
import { PieceSound } from './piece-sound.js';
import { type Place, ReplyPlayout } from './playout.js';
import type { RenderedPhrase } from './phrases.js';

/** Whose voice it is. */
export interface Mouth {
  voice: TextToSpeechSession;
  /** `vendor/model` of the voice, for what is told of its failures. */
  voiceName: string;
  findPhrase: (text: string) => RenderedPhrase | undefined;
}

export interface SpeakerParts {
  line: Line;
  clock: Clock;
  playout: PlayoutClock;
  mouth: Mouth;
  tell: (input: Input) => void;
  /** A bug: it ends the call. */
  fail: (error: unknown) => void;
}

/** One reply on its way from text to the caller's ear. */
interface Spoken {
  epoch: number;
  pieces: PieceSound[];
  playout: ReplyPlayout;
  state: 'waiting' | 'released' | 'held';
  closed: boolean;
  audible: boolean;
  stop: AbortController;
  /** The voice makes one piece after another, ahead of the playout. */
  making: Promise<void>;
  /** Tells the voice that a piece was heard so far, and no further; of those that no phrase stands for. */
  readonly cuts: Map<PieceSound, (heardMs: number) => void>;
}

/** Says replies: has the voice make their sound ahead of time, and plays it out when it may sound. One reply at a time. */
export class Speaker {
  #reply: Spoken | undefined;

  #mouth: Mouth;

  constructor(private readonly parts: SpeakerParts) {
    this.#mouth = parts.mouth;
  }

  /** Another voice speaks from the next piece on. */
  change(mouth: Mouth): void {
    this.#mouth = mouth;
  }

  speak(epoch: number, piece: number, text: string): void {
    const reply = this.#replyOf(epoch) ?? this.#begin(epoch);
    const sound = new PieceSound(text, this.parts.line.rateHz, piece === 0);
    reply.pieces[piece] = sound;
    const phrase = this.#mouth.findPhrase(text);
    const make = phrase ? () => this.#take(reply, sound, phrase) : () => this.#make(reply, sound);
    reply.making = reply.making.then(make).catch((error: unknown) => this.#failed(reply, sound, error));
  }

  /** A piece that needs no voice, and has no words. */
  play(epoch: number, piece: number, samples: Int16Array): void {
    const reply = this.#replyOf(epoch) ?? this.#begin(epoch);
    const sound = new PieceSound('', this.parts.line.rateHz);
    reply.pieces[piece] = sound;
    this.#take(reply, sound, { samples, words: [] });
  }

  /** To be heard before a piece of which nothing was heard yet; a phrase that is there does not wait for the voice. */
  insert(epoch: number, piece: number, text: string): void {
    const reply = this.#replyOf(epoch);
    if (!reply) return;
    const sound = new PieceSound(text, this.parts.line.rateHz, true);
    reply.pieces.splice(piece, 0, sound);
    const phrase = this.#mouth.findPhrase(text);
    if (phrase) return this.#take(reply, sound, phrase);
    this.#make(reply, sound).catch((error: unknown) => this.#failed(reply, sound, error));
  }

  release(epoch: number): void {
    const reply = this.#replyOf(epoch) ?? this.#begin(epoch);
    reply.state = 'released';
    this.#wake(reply);
  }

  /** No more pieces come. */
  finish(epoch: number): void {
    const reply = this.#replyOf(epoch) ?? this.#begin(epoch);
    reply.closed = true;
    this.#wake(reply);
  }

  hold(epoch: number): void {
    const reply = this.#replyOf(epoch);
    if (!reply) return;
    reply.state = 'held';
    const place = this.#silence(reply);
    this.parts.tell({ type: 'reply-held', epoch, heard: heardSoFar(reply, place, this.parts.line) });
  }

  resume(epoch: number): void {
    const reply = this.#replyOf(epoch);
    if (!reply) return;
    reply.state = 'released';
    this.#wake(reply);
  }

  duck(epoch: number, ducked: boolean): void {
    const reply = this.#replyOf(epoch);
    if (reply) reply.playout.ducked = ducked;
  }

  /** Silent at once, and forgotten. Tells how far it was heard, if it could be heard at all. */
  stop(epoch: number): void {
    const reply = this.#replyOf(epoch);
    if (!reply) return;
    this.#reply = undefined;
    reply.stop.abort();
    const place = this.#silence(reply);
    if (!reply.audible) return;
    this.#tellVoice(reply, place);
    this.parts.tell({ type: 'reply-stopped', epoch, heard: heardSoFar(reply, place, this.parts.line) });
  }

  /** The line is gone: what is being said is told as far as it was heard. */
  close(): void {
    if (this.#reply) this.stop(this.#reply.epoch);
  }

  #begin(epoch: number): Spoken {
    if (this.#reply) this.stop(this.#reply.epoch);
    const pieces: PieceSound[] = [];
    const { tell, line } = this.parts;
    const listener = {
      audible: () => {
        reply.audible = true;
        tell({ type: 'reply-audible', epoch });
      },
      pieceHeard: (piece: number) => tell({ type: 'piece-heard', epoch, piece }),
      ranDry: () => tell({ type: 'reply-ran-dry', epoch }),
      finished: () => {
        if (this.#reply === reply) this.#reply = undefined;
        tell({ type: 'reply-finished', epoch, basis: 'clock' });
      },
      failed: this.parts.fail,
    };
    const playout = new ReplyPlayout(pieces, line, listener, () => reply.closed);
    const reply: Spoken = {
      epoch,
      pieces,
      playout,
      state: 'waiting',
      closed: false,
      audible: false,
      stop: new AbortController(),
      making: Promise.resolve(),
      cuts: new Map(),
    };
    this.#reply = reply;
    return reply;
  }

  async #make(reply: Spoken, sound: PieceSound): Promise<void> {
    if (reply.stop.signal.aborted) return;
    const onUsed = (usage: ProviderUsage) => this.#used(reply, sound, usage);
    const options = { signal: reply.stop.signal, onUsed };
    const { voice } = this.#mouth;
    const spoken = voice.speak(sound.text, options);
    reply.cuts.set(sound, (heardMs) => voice.cutOff?.(spoken, heardMs));
    for await (const { samples, words } of spoken) {
      if (reply.stop.signal.aborted) return;
      this.#grow(reply, sound, () => sound.add(samples, words));
      this.#wake(reply);
    }
    this.#grow(reply, sound, () => sound.end());
    if (sound.length === 0) throw new ProviderError(this.#mouth.voiceName, 'unreachable'); // a sentence without a sound
    this.#wake(reply);
  }

  /** Told when its first sound is there. */
  #grow(reply: Spoken, sound: PieceSound, grow: () => void): void {
    const isFirst = sound.length === 0;
    grow();
    if (isFirst && sound.length > 0) this.#sounded(reply, sound);
  }

  /** Of the last piece of the voice's own that could be heard. */
  #tellVoice({ pieces, cuts }: Spoken, place: Place): void {
    const last = pieces.findLastIndex((sound, piece) => piece <= place.piece && cuts.has(sound));
    const sound = pieces[last];
    if (!sound) return;
    const heard = last < place.piece ? sound.length : place.sample;
    cuts.get(sound)?.(sound.skippedMs + durationMs(heard, this.parts.line.rateHz));
  }

  #take(reply: Spoken, sound: PieceSound, phrase: RenderedPhrase): void {
    if (reply.stop.signal.aborted) return;
    sound.add(phrase.samples, phrase.words);
    sound.end();
    this.#sounded(reply, sound);
    this.#wake(reply);
  }

  /** Its number is looked up when it is told: another piece may have been put before it. */
  #sounded({ epoch, pieces }: Spoken, sound: PieceSound): void {
    this.parts.tell({ type: 'piece-sounded', epoch, piece: pieces.indexOf(sound) });
  }

  #used({ epoch, pieces }: Spoken, sound: PieceSound, usage: ProviderUsage): void {
    const piece = pieces.indexOf(sound);
    this.parts.tell({ type: 'provider-used', usage, epoch, ...(piece >= 0 && { piece }) });
  }

  #failed(reply: Spoken, sound: PieceSound, error: unknown): void {
    if (reply.stop.signal.aborted) return;
    const piece = reply.pieces.indexOf(sound);
    if (!(error instanceof ProviderError)) return this.parts.fail(error);
    const { provider, code, retryable } = error;
    this.parts.tell({ type: 'provider-failed', stage: 'voice', provider, code, retryable, epoch: reply.epoch, piece });
  }

  #wake(reply: Spoken): void {
    if (reply.state !== 'released' || reply.stop.signal.aborted) return;
    this.parts.playout.add(reply.playout, this.parts.clock.nowMs());
    this.parts.playout.catchUp(); // a timer would let every socket that has something go first
  }

  #silence(reply: Spoken): Place {
    this.parts.playout.remove(reply.playout);
    return reply.playout.hold(this.parts.clock.nowMs());
  }

  #replyOf(epoch: number): Spoken | undefined {
    return this.#reply?.epoch === epoch ? this.#reply : undefined;
  }
}

function heardSoFar({ pieces }: Spoken, { piece, sample }: Place, { rateHz }: Line): HeardSoFar {
  const sound = pieces[piece]?.known;
  const partText = sound ? heardText(sound, durationMs(sample, rateHz)) : '';
  return { wholePieces: piece, partText, basis: 'clock' };
}
