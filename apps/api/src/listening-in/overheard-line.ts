import { WAV_HEADER_BYTES } from '@app/audio';
import type { Line, LineListener } from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';
import { RecordedLine } from '../calls/recording/recorded-line.js';

/** What somebody hears of a call: pairs of samples, caller left, the agent as it was heard right; 16 bits, little-endian. */
export interface Overhearing {
  /** Good until it returns. */
  sound(pairs: Uint8Array): void;
  /** The call is over. The last thing told. */
  over(): void;
}

/** How much of a call is told at a time. Milliseconds. */
const TELL_EVERY_MS = 100;
/** More would be a broadcast. */
const MOST_LISTENERS = 10;

interface Tap {
  told: Overhearing;
  sound: RecordedLine;
  /** Where what the caller says is put in. */
  frame: (samples: Int16Array) => void;
  next: Cancel;
}

/** A line that others may listen to; while nobody does, it costs a look at a number. */
export class OverheardLine implements Line {
  readonly rateHz: Line['rateHz'];
  readonly pacing: Line['pacing'];
  readonly capabilities: Line['capabilities'];
  readonly #taps = new Set<Tap>();
  #isOver = false;

  constructor(
    private readonly line: Line,
    private readonly clock: Clock,
  ) {
    this.rateHz = line.rateHz;
    this.pacing = line.pacing;
    this.capabilities = line.capabilities;
  }

  get quietMs(): number | undefined {
    return this.line.quietMs;
  }

  /** From now on. @returns ends it; undefined when too many listen, or the call is over */
  overhear(told: Overhearing): (() => void) | undefined {
    if (this.#isOver || this.#taps.size >= MOST_LISTENERS) return undefined;
    let frame: Tap['frame'] = () => undefined;
    const { rateHz, pacing, capabilities } = this;
    const nowhere: Line = {
      ...{ rateHz, pacing, capabilities },
      listen: (listener) => (frame = (samples) => listener.frame(samples)),
      ...{ send: nothing, mark: nothing, clear: nothing, sendDigits: nothing, transfer: nothing, hangUp: nothing },
    };
    const sound = new RecordedLine(nowhere, { clock: this.clock, open: () => Promise.resolve(heardFile(told)), onLost: nothing }); // prettier-ignore
    sound.listen({ frame: nothing, digit: nothing, mark: nothing, closed: nothing });
    sound.begin(nothing);
    const tap: Tap = { told, sound, frame, next: nothing };
    this.#taps.add(tap);
    this.#tellLater(tap);
    return () => this.#drop(tap);
  }

  listen(listener: LineListener): void {
    this.line.listen({
      frame: (samples) => {
        if (this.#taps.size > 0) for (const tap of this.#taps) tap.frame(samples);
        listener.frame(samples);
      },
      digit: (digit) => listener.digit(digit),
      mark: (name, heard) => listener.mark(name, heard),
      closed: (end) => {
        this.#isOver = true;
        for (const tap of [...this.#taps]) {
          this.#drop(tap);
          tap.told.over();
        }
        listener.closed(end);
      },
    });
  }

  send(samples: Int16Array): void {
    this.line.send(samples);
    if (this.#taps.size > 0) for (const tap of this.#taps) tap.sound.send(samples);
  }

  mark(name: string): void {
    this.line.mark(name);
  }

  clear(): void {
    this.line.clear();
    for (const tap of this.#taps) tap.sound.clear();
  }

  sendDigits(digits: string): void {
    this.line.sendDigits(digits);
  }

  transfer(to: string): void {
    this.line.transfer(to);
  }

  hangUp(): void {
    this.line.hangUp();
  }

  leave(): void {
    if (this.line.leave) this.line.leave();
    else this.line.hangUp();
  }

  #tellLater(tap: Tap): void {
    tap.next = this.clock.after(TELL_EVERY_MS, () => {
      tap.sound.flush();
      this.#tellLater(tap);
    });
  }

  #drop(tap: Tap): void {
    tap.next();
    this.#taps.delete(tap);
  }
}

const nothing = (): void => undefined;

/** A file that is heard in place of being kept; its header concerns nobody. */
const heardFile = (told: Overhearing) => ({
  write: (bytes: Uint8Array, offset: number, length: number, position: number) => {
    if (position >= WAV_HEADER_BYTES) told.sound(bytes.subarray(offset, offset + length));
    return Promise.resolve({ bytesWritten: length });
  },
  close: () => Promise.resolve(),
});
