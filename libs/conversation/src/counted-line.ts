import { durationMs, FRAME_MS } from '@app/audio';
import type { Line, LineListener } from './ports/index.js';

/** What passed over the line of a call. */
export interface LineCounts {
  /** 20 ms each; also the silence that stands for what the carrier did not send. */
  framesIn: number;
  soundInMs: number;
  /** Messages of sound to the carrier, and how much sound they held. */
  chunksOut: number;
  soundOutMs: number;
  /** Times that the carrier was told to drop what it held. */
  clears: number;
}

/** A line that counts what passes. On the hot path it adds integers, and nothing else. */
export class CountedLine implements Line {
  readonly rateHz: Line['rateHz'];
  readonly pacing: Line['pacing'];
  readonly capabilities: Line['capabilities'];
  #framesIn = 0;
  #chunksOut = 0;
  #samplesOut = 0;
  #clears = 0;

  constructor(private readonly line: Line) {
    ({ rateHz: this.rateHz, pacing: this.pacing, capabilities: this.capabilities } = line);
  }

  get counts(): LineCounts {
    return {
      framesIn: this.#framesIn,
      soundInMs: this.#framesIn * FRAME_MS,
      chunksOut: this.#chunksOut,
      soundOutMs: Math.round(durationMs(this.#samplesOut, this.rateHz)),
      clears: this.#clears,
    };
  }

  listen(listener: LineListener): void {
    this.line.listen({
      frame: (samples) => {
        this.#framesIn += 1;
        listener.frame(samples);
      },
      digit: (digit) => listener.digit(digit),
      mark: (name, heard) => listener.mark(name, heard),
      closed: (end) => listener.closed(end),
    });
  }

  send(samples: Int16Array): void {
    this.#chunksOut += 1;
    this.#samplesOut += samples.length;
    this.line.send(samples);
  }

  clear(): void {
    this.#clears += 1;
    this.line.clear();
  }

  mark = (name: string): void => this.line.mark(name);
  sendDigits = (digits: string): void => this.line.sendDigits(digits);
  transfer = (to: string): void => this.line.transfer(to);
  hangUp = (): void => this.line.hangUp();
}
