import { durationMs, FRAME_MS, type PlayoutTrack, samplesIn } from '@app/audio';
import type { Line } from '../ports/index.js';
import type { PieceSound } from './piece-sound.js';

/** A place in a reply: so many samples of this piece. */
export interface Place {
  piece: number;
  sample: number;
}

/** What a reply tells on its way to the caller's ear. Called on the audio plane: returns at once. */
export interface PlayoutListener {
  /** A first frame went out, at the start and after each time that it ran dry. */
  audible(): void;
  pieceHeard(piece: number): void;
  ranDry(): void;
  finished(): void;
  /** A bug; nothing is told after it. */
  failed(error: unknown): void;
}

/** Sound that was sent and not yet heard to its end. Times on the playout's clock. */
interface Underway {
  piece: number;
  from: number;
  to: number;
  startMs: number;
  endMs: number;
}

/** With less than this at the carrier, a part of a chunk is better than none. Milliseconds. */
const STARVING_MS = 3 * FRAME_MS;
/** About 10 dB: still there, and easy to speak over. */
const DUCKED_BY = 3;

/**
 * Sends a reply to the line no faster than the caller hears it: at most `pacing.leadMs` is at the carrier, in chunks of
 * `pacing.chunkMs`, the first of a stretch being one frame that goes at once. Deadlines follow from the first frame, so
 * nothing drifts; after a stall longer than the lead, what is late is not made up for with a burst.
 *
 * What was heard is known by the clock: a carrier's own delay shifts the sound and the `clear` alike.
 */
export class ReplyPlayout implements PlayoutTrack {
  #next: Place = { piece: 0, sample: 0 };
  readonly #underway: Underway[] = [];
  #heard: Place = { piece: 0, sample: 0 };
  /** When the caller will have heard all that was sent. */
  #silentFromMs = 0;
  #sounding = false;
  readonly #chunk: Int16Array;
  /** What is sent from now on is a third as loud. */
  ducked = false;

  constructor(
    private readonly pieces: readonly PieceSound[],
    private readonly line: Line,
    private readonly listener: PlayoutListener,
    /** Whether more pieces may come. */
    private readonly isClosed: () => boolean,
  ) {
    this.#chunk = new Int16Array(samplesIn(line.pacing.chunkMs, line.rateHz));
  }

  tick(nowMs: number): number | undefined {
    this.#hear(nowMs);
    while (this.#send(nowMs));
    if (this.#underway.length === 0) return this.#fallSilent();
    return this.#nextDueMs();
  }

  failed(error: unknown): void {
    this.listener.failed(error);
  }

  /** Silent at once: clears the carrier. Answers how far it was heard; to go on, it is put on the clock again. */
  hold(nowMs: number): Place {
    this.#hear(nowMs);
    const first = this.#underway[0];
    if (first) {
      const share = Math.max(0, (nowMs - first.startMs) / (first.endMs - first.startMs));
      this.#heard = { piece: first.piece, sample: first.from + Math.floor((first.to - first.from) * share) };
    }
    if (this.#sounding) this.line.clear();
    this.#underway.length = 0;
    this.#next = this.#heard;
    this.#silentFromMs = 0;
    this.#sounding = false;
    return this.#heard;
  }

  #hear(nowMs: number): void {
    for (let first = this.#underway[0]; first && first.endMs <= nowMs; first = this.#underway[0]) {
      this.#underway.shift();
      this.#heard = { piece: first.piece, sample: first.to };
      this.#passHeardPieces();
    }
  }

  #passHeardPieces(): void {
    for (let sound = this.pieces[this.#heard.piece]; sound?.whole && this.#heard.sample >= sound.length;) {
      this.listener.pieceHeard(this.#heard.piece);
      this.#heard = { piece: this.#heard.piece + 1, sample: 0 };
      sound = this.pieces[this.#heard.piece];
    }
  }

  /** Sends one chunk, if there is room at the carrier and sound to send. */
  #send(nowMs: number): boolean {
    const { rateHz, pacing } = this.line;
    const sound = this.#soundToSend();
    if (!sound) return false;
    const aheadMs = Math.max(0, this.#silentFromMs - nowMs);
    const lengthMs = this.#sounding ? pacing.chunkMs : FRAME_MS;
    if (this.#sounding && aheadMs + lengthMs > pacing.leadMs) return false;
    const there = sound.length - this.#next.sample;
    const wanted = samplesIn(lengthMs, rateHz);
    if (there < wanted && !sound.whole && aheadMs > STARVING_MS) return false;
    const frame = samplesIn(FRAME_MS, rateHz);
    const frames = sound.whole ? Math.ceil(there / frame) : Math.floor(there / frame);
    const count = Math.min(wanted, frames * frame);
    if (count <= 0) return false; // less than nothing: a piece that is made again has not come so far yet
    const samples = this.#chunk.subarray(0, count);
    sound.read(this.#next.sample, samples);
    if (this.ducked) for (let n = 0; n < count; n += 1) samples[n] = (samples[n] ?? 0) / DUCKED_BY;
    this.line.send(samples);
    this.#note(Math.min(count, there), durationMs(count, rateHz), nowMs);
    return true;
  }

  #note(samples: number, lengthMs: number, nowMs: number): void {
    const startMs = Math.max(this.#silentFromMs, nowMs);
    const { piece, sample } = this.#next;
    this.#silentFromMs = startMs + lengthMs;
    this.#underway.push({ piece, from: sample, to: sample + samples, startMs, endMs: this.#silentFromMs });
    this.#next = { piece, sample: sample + samples };
    if (this.#sounding) return;
    this.#sounding = true;
    this.listener.audible();
  }

  /** The piece that goes on, past those that are sent whole. */
  #soundToSend(): PieceSound | undefined {
    for (let sound = this.pieces[this.#next.piece]; sound; sound = this.pieces[this.#next.piece]) {
      if (!sound.whole || this.#next.sample < sound.length) return sound;
      this.#next = { piece: this.#next.piece + 1, sample: 0 };
    }
    return undefined;
  }

  #fallSilent(): undefined {
    this.#passHeardPieces();
    const over = this.isClosed() && this.#heard.piece >= this.pieces.length;
    if (over) this.listener.finished();
    else if (this.#sounding) this.listener.ranDry();
    this.#sounding = false;
    return undefined;
  }

  /** When there is something to do: never at once, since all that could be sent has been. */
  #nextDueMs(): number {
    const pieceEnds = this.#underway.find(({ piece, to }) => to >= (this.pieces[piece]?.length ?? 0));
    return Math.min(this.#roomMs(), pieceEnds?.endMs ?? this.#silentFromMs);
  }

  /** When the next sound may go: a chunk when there is room for it, a part of one when the carrier starves. */
  #roomMs(): number {
    const { rateHz, pacing } = this.line;
    const sound = this.#soundToSend();
    const there = sound ? sound.length - this.#next.sample : 0;
    const whole = sound?.whole && there > 0;
    if (whole || there >= samplesIn(pacing.chunkMs, rateHz)) return this.#silentFromMs + pacing.chunkMs - pacing.leadMs;
    return there >= samplesIn(FRAME_MS, rateHz) ? this.#silentFromMs - STARVING_MS : this.#silentFromMs;
  }
}
