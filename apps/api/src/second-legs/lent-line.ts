import { randomUUID } from 'node:crypto';
import { bytesToPcm, pcmToBytes } from '@app/audio';
import type { Line, LineListener } from '@app/conversation/ports';
import { messageOf, type Wire } from '@app/live-state';
import { SilenceWatch } from '@app/telephony';
import type { Clock } from '../process-parts.js';
import { fromLine, KIND, type LineOffer, QUIET, toLine } from './line-wire.js';

/** A call that waits for a line listens to it at once: one that does not is not there. */
const TAKEN_WITHIN_MS = 2_000;

export interface LentLineParts {
  wire: Pick<Wire, 'send' | 'hear'>;
  clock: Clock;
}

/** A line of this node's that a call of another one has: what comes is told to that node, and what it sends is said. */
export class LentLine {
  readonly #lineId = randomUUID();
  readonly #ended = Promise.withResolvers<void>();
  readonly #answered = Promise.withResolvers<boolean>();
  #watch: SilenceWatch | undefined;
  #deafen: () => void = () => undefined;

  private constructor(
    private readonly line: Line,
    private readonly parts: LentLineParts,
  ) {}

  /**
   * Waits 2 s at most. From then on the line is the other node's, and is hung up when nothing is heard of it for 8 s.
   *
   * @param tell offers it to whoever may want it
   * @returns undefined: nobody took it, and nobody listens to it @throws StoreError
   */
  static async offer(
    line: Line,
    parts: LentLineParts,
    tell: (offer: Omit<LineOffer, 'carrierCallId'>) => void,
  ): Promise<LentLine | undefined> {
    const lent = new LentLine(line, parts);
    lent.#deafen = await parts.wire.hear(toLine(lent.#lineId), (told) => lent.#take(told));
    const late = parts.clock.after(TAKEN_WITHIN_MS, () => lent.#answered.resolve(false));
    const { rateHz, pacing } = line;
    tell({ lineId: lent.#lineId, rateHz, pacing });
    const isTaken = await lent.#answered.promise;
    late();
    if (isTaken) return lent;
    lent.#deafen();
    return undefined;
  }

  /** Resolves when the line is closed. */
  get over(): Promise<void> {
    return this.#ended.promise;
  }

  #take(told: Buffer): void {
    this.#watch?.heard();
    if (!this.#watch) this.#begin();
    switch (told[0]) {
      case KIND.sound:
        return this.line.send(bytesToPcm(told.subarray(1)));
      case KIND.clear:
        return this.line.clear();
      case KIND.hangUp:
        return this.line.hangUp();
      case KIND.ask:
        return this.#tell(KIND.here);
    }
  }

  /** The first word of the other node is that it takes it. */
  #begin(): void {
    const acts = { ask: () => this.#tell(KIND.ask), giveUp: () => this.line.hangUp() };
    this.#watch = new SilenceWatch(this.parts.clock, QUIET, acts);
    this.#answered.resolve(true);
    this.line.listen(this.#listener);
  }

  readonly #listener: LineListener = {
    frame: (samples) => this.#tell(KIND.sound, pcmToBytes(samples)),
    digit: (digit) => this.#tell(KIND.digit, Buffer.from(digit)),
    mark: () => undefined,
    closed: (end) => {
      this.#tell(end === 'closed' ? KIND.closed : KIND.lost);
      this.#watch?.stop();
      this.#deafen();
      this.#ended.resolve();
    },
  };

  #tell(kind: number, bytes?: Uint8Array): void {
    this.parts.wire.send(fromLine(this.#lineId), messageOf(kind, bytes));
  }
}
