import { durationMs, samplesIn, type SampleRateHz } from '@app/audio';
import type { Line, LineCapabilities, LineEnd, LineListener, LinePacing } from '../ports/line.port.js';

/** A line whose other end is a test: put the caller's sound in with `say`, read what was sent to the caller. */
export class FakeLine implements Line {
  readonly rateHz: SampleRateHz;
  readonly pacing: LinePacing;
  readonly capabilities: LineCapabilities;
  /** What was sent and not cleared, message by message. */
  readonly sent: Int16Array[] = [];
  readonly transferredTo: string[] = [];
  readonly digits: string[] = [];
  clearedTimes = 0;
  hungUp = false;
  #listener: LineListener | undefined;
  #end: LineEnd | undefined;

  constructor(options: { rateHz?: SampleRateHz; pacing?: LinePacing; capabilities?: Partial<LineCapabilities> } = {}) {
    this.rateHz = options.rateHz ?? 8_000;
    this.pacing = options.pacing ?? { chunkMs: 20, leadMs: 120 };
    const none = { marks: false, duck: false, sendsDigits: true, transfers: true };
    this.capabilities = { ...none, ...options.capabilities };
  }

  listen(listener: LineListener): void {
    if (this.#end) listener.closed(this.#end);
    else this.#listener = listener;
  }

  /** One frame of the caller's: `level` in every sample. */
  say(level: number): void {
    this.#listener?.frame(new Int16Array(samplesIn(20, this.rateHz)).fill(level));
  }
  press(digit: string): void {
    this.#listener?.digit(digit);
  }
  close(end: LineEnd = 'closed'): void {
    this.#end ??= end;
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.closed(end);
  }

  send(samples: Int16Array): void {
    this.sent.push(samples.slice());
  }
  mark(): void {}
  clear(): void {
    this.clearedTimes += 1;
  }
  sendDigits(digits: string): void {
    this.digits.push(digits);
  }
  transfer(to: string): void {
    this.transferredTo.push(to);
    this.close();
  }
  hangUp(): void {
    this.hungUp = true;
    this.close();
  }

  get sentMs(): number {
    return this.sent.reduce((total, { length }) => total + durationMs(length, this.rateHz), 0);
  }
}
