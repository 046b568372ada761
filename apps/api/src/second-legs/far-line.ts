import { bytesToPcm, pcmToBytes } from '@app/audio';
import { CarrierError, type Line, type LineEnd, type LineListener } from '@app/conversation/ports';
import { messageOf, type Wire } from '@app/live-state';
import { SilenceWatch, SteadyFrames } from '@app/telephony';
import type { Clock } from '../process-parts.js';
import { fromLine, KIND, type LineOffer, QUIET, toLine } from './line-wire.js';

interface FarLineParts {
  wire: Pick<Wire, 'send' | 'hear'>;
  clock: Clock;
}

/** `offered`: nobody listens yet, and the other node keeps what comes. `leaving`: hung up by us. */
type State = 'offered' | 'open' | 'leaving' | 'closed';

/**
 * A line whose socket is another node's: its sound comes and goes by way of Redis, a message for each frame that comes
 * and for each chunk that is sent. When nothing is heard of that node for 8 s, the line is lost.
 */
export class FarLine implements Line {
  readonly rateHz: Line['rateHz'];
  readonly pacing: Line['pacing'];
  readonly capabilities: Line['capabilities'] = { marks: false, duck: false, sendsDigits: false, transfers: false };
  readonly #steady: SteadyFrames;
  readonly #watch: SilenceWatch;
  #state: State = 'offered';
  #listener: LineListener | undefined;
  #deafen: () => void = () => undefined;

  private constructor(
    private readonly offer: LineOffer,
    private readonly parts: FarLineParts,
  ) {
    this.rateHz = offer.rateHz;
    this.pacing = offer.pacing;
    this.#steady = new SteadyFrames(offer.rateHz, parts.clock, (frame) => this.#listener?.frame(frame));
    const acts = { ask: () => this.#tell(KIND.ask), giveUp: () => this.#closed('lost') };
    this.#watch = new SilenceWatch(parts.clock, QUIET, acts);
  }

  /** Whoever gets it listens, or hangs up. @throws StoreError */
  static async of(offer: LineOffer, parts: FarLineParts): Promise<FarLine> {
    const line = new FarLine(offer, parts);
    try {
      line.#deafen = await parts.wire.hear(fromLine(offer.lineId), (told) => line.#take(told));
    } catch (error) {
      line.#watch.stop();
      throw error;
    }
    return line;
  }

  listen(listener: LineListener): void {
    if (this.#listener) throw new Error('a line has one listener');
    this.#listener = listener;
    if (this.#state === 'closed') return listener.closed('lost');
    if (this.#state !== 'offered') return;
    this.#state = 'open';
    this.#steady.start();
    this.#tell(KIND.here);
  }

  send(samples: Int16Array): void {
    if (this.#state === 'open' && samples.length > 0) this.#tell(KIND.sound, pcmToBytes(samples));
  }

  mark(): void {} // without the capability nobody asks

  clear(): void {
    if (this.#state === 'open') this.#tell(KIND.clear);
  }

  sendDigits(): void {
    throw new CarrierError('ringover', 'cannot');
  }

  transfer(): void {
    throw new CarrierError('ringover', 'cannot');
  }

  hangUp(): void {
    if (this.#state !== 'offered' && this.#state !== 'open') return;
    this.#state = 'leaving';
    this.#steady.stop();
    this.#tell(KIND.hangUp);
  }

  #take(told: Buffer): void {
    this.#watch.heard();
    const rest = told.subarray(1);
    switch (told[0]) {
      case KIND.sound:
        return this.#hear(rest);
      case KIND.digit:
        return this.#state === 'open' ? this.#listener?.digit(rest.toString()) : undefined;
      case KIND.ask:
        return this.#tell(this.#state === 'leaving' ? KIND.hangUp : KIND.here);
      case KIND.closed:
        return this.#closed('closed');
      case KIND.lost:
        return this.#closed('lost');
    }
  }

  #hear(bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    const frame = bytesToPcm(bytes);
    this.#steady.announce(frame.length, this.rateHz);
    this.#steady.push(frame);
  }

  #tell(kind: number, bytes?: Uint8Array): void {
    this.parts.wire.send(toLine(this.offer.lineId), messageOf(kind, bytes));
  }

  #closed(end: LineEnd): void {
    if (this.#state === 'closed') return;
    const wasLeft = this.#state === 'leaving';
    this.#state = 'closed';
    this.#watch.stop();
    this.#steady.stop();
    this.#deafen();
    this.#listener?.closed(wasLeft ? 'closed' : end);
  }
}
