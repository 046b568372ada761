import loadSpeex, { type SpeexModule } from '@echogarden/speex-resampler-wasm/simd';

/** Speex quality, 0 to 10. At 5 the filter is flat to 3.4 kHz at telephone rate, and 80 samples long. */
const QUALITY = 5;

let speex: SpeexMemory | undefined;

/** Loads the resampler (WebAssembly, some ms) for the whole process. Await it once, at start; again is free. */
export async function loadResampler(): Promise<void> {
  speex ??= new SpeexMemory(await loadSpeex());
}

/**
 * Changes the rate of one stream of sound that comes in pieces of any size, without a seam between them.
 *
 * Any two rates work. It holds WebAssembly memory: `close` it.
 */
export class Resampler {
  /** How late the sound comes out: 5 where the lower rate is 8 kHz, 0 between equal rates. */
  readonly delayMs: number;
  readonly #speex: SpeexMemory | undefined;
  #state: number | undefined;

  /** @throws Error when `loadResampler` has not resolved yet */
  constructor(
    readonly fromHz: number,
    readonly toHz: number,
  ) {
    this.delayMs = 0;
    if (fromHz === toHz) return; // sound passes as it is
    if (!speex) throw new Error('a resampler before loadResampler() has resolved');
    this.#speex = speex;
    this.#state = speex.open(fromHz, toHz);
    this.delayMs = (speex.delaySamples(this.#state) * 1_000) / fromHz;
  }

  /**
   * The next piece of the stream at the new rate: a new array, the caller's to keep. Between equal rates it is `samples`
   * itself. Over a stream, the lengths add up to within one sample.
   *
   * @throws Error after `close`
   */
  process(samples: Int16Array): Int16Array {
    if (!this.#speex || samples.length === 0) return samples;
    return this.#speex.slice(this.#run(this.#speex, samples));
  }

  /**
   * The same, written into an array of the caller's: for sound that is used up at once. Answers what of `target` was
   * written; when that is all of it, `target` itself, and nothing is allocated.
   *
   * @throws RangeError when `target` is too small, Error after `close`
   */
  processInto(samples: Int16Array, target: Int16Array): Int16Array {
    if (!this.#speex || samples.length === 0) return samples;
    const made = this.#run(this.#speex, samples);
    if (made > target.length) throw new RangeError(`${made} samples into ${target.length}`);
    this.#speex.copy(made, target);
    return made === target.length ? target : target.subarray(0, made);
  }

  /** The last `delayMs` of the stream, which the filter still holds; the next piece starts a new one, from silence. */
  flush(): Int16Array {
    if (!this.#speex || this.#state === undefined) return new Int16Array(0);
    const end = this.process(new Int16Array(Math.round((this.delayMs * this.fromHz) / 1_000)));
    this.#speex.reset(this.#state);
    return end;
  }

  /** Answers how many samples were made. */
  #run(speex: SpeexMemory, samples: Int16Array): number {
    if (this.#state === undefined) throw new Error('a closed resampler');
    return speex.process(this.#state, samples, Math.ceil((samples.length * this.toHz) / this.fromHz) + 1);
  }

  /** Gives the memory back. Twice is once. */
  close(): void {
    if (this.#state !== undefined) this.#speex?.close(this.#state);
    this.#state = undefined;
  }
}

/** Speex's memory with the one stretch for input and output that all resamplers take turns on: each call is synchronous. */
class SpeexMemory {
  readonly #lengths: number;
  #input = { at: 0, samples: 0 };
  #output = { at: 0, samples: 0 };

  constructor(private readonly wasm: SpeexModule) {
    this.#lengths = wasm._malloc(8);
  }

  open(fromHz: number, toHz: number): number {
    const state = this.wasm._speex_resampler_init(1, fromHz, toHz, QUALITY, this.#lengths);
    if (state === 0) throw new RangeError(`no resampler from ${fromHz} to ${toHz} Hz`);
    return state;
  }

  /** Answers how many samples lie at the output. */
  process(state: number, samples: Int16Array, room: number): number {
    const { wasm } = this;
    this.#input = this.#atLeast(this.#input, samples.length);
    this.#output = this.#atLeast(this.#output, room);
    const [taken, made] = [this.#lengths, this.#lengths + 4];
    wasm.HEAP16.set(samples, this.#input.at >> 1);
    wasm.HEAPU32[taken >> 2] = samples.length;
    wasm.HEAPU32[made >> 2] = room;
    wasm._speex_resampler_process_int(state, 0, this.#input.at, taken, this.#output.at, made);
    return wasm.HEAPU32[made >> 2] ?? 0;
  }

  slice(samples: number): Int16Array {
    const from = this.#output.at >> 1;
    return this.wasm.HEAP16.slice(from, from + samples);
  }

  /** One by one: a view of the memory would cost more than the copy. */
  copy(samples: number, target: Int16Array): void {
    const { HEAP16 } = this.wasm;
    const from = this.#output.at >> 1;
    for (let n = 0; n < samples; n += 1) target[n] = HEAP16[from + n] ?? 0;
  }

  delaySamples = (state: number): number => this.wasm._speex_resampler_get_input_latency(state);

  reset = (state: number): void => void this.wasm._speex_resampler_reset_mem(state);

  close = (state: number): void => this.wasm._speex_resampler_destroy(state);

  #atLeast(stretch: { at: number; samples: number }, samples: number) {
    if (stretch.samples >= samples) return stretch;
    this.wasm._free(stretch.at);
    return { at: this.wasm._malloc(samples * 2), samples };
  }
}
