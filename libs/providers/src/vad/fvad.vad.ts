import loadFvad, { type FvadModule } from '@echogarden/fvad-wasm';
import { Cutter } from '@app/audio';
import type { VoiceDetector, VoiceDetectorSession } from '@app/conversation/ports';
import { WINDOW_SAMPLES } from './silero-batch.js';

/** At telephone rate mode 3 finds 97 % of clean speech, and takes music and keys for it less often than 0 to 2. */
const MODE = 3;
const STEP_SAMPLES = 80; // 10 ms, the shortest that it judges

/**
 * WebRTC's voice detector: needs no ONNX, works where it is called, costs some µs a window, and takes noise for voice far
 * more often than Silero. It says yes or no every 10 ms; a window's probability is the share of yes among those that
 * ended in it.
 */
export class FvadVoiceDetector implements VoiceDetector {
  readonly windowMs = 32;

  private constructor(private readonly wasm: FvadModule) {}

  /** Loads the WebAssembly, some ms. */
  static async load(): Promise<FvadVoiceDetector> {
    return new FvadVoiceDetector(await loadFvad());
  }

  /** Tells within `push`. */
  open(tell: (probability: number) => void): VoiceDetectorSession {
    const stream = this.stream();
    const windows = new Cutter(WINDOW_SAMPLES, (window) => tell(stream.judge(window)));
    let closed = false;
    return {
      push: (samples8k) => {
        if (!closed) windows.push(samples8k);
      },
      close: () => {
        closed = true;
        stream.close();
      },
    };
  }

  /** One call's state, for sound that is cut into windows already. */
  stream(): FvadStream {
    return new FvadStream(this.wasm);
  }
}

/** Judges the windows of one call, one after the other. It holds WebAssembly memory: close it. */
export class FvadStream {
  readonly #samples: number;
  readonly #steps: Cutter;
  #state: number | undefined;
  #voiced = 0;
  #judged = 0;

  constructor(private readonly wasm: FvadModule) {
    this.#state = wasm._fvad_new();
    this.#samples = wasm._malloc(STEP_SAMPLES * 2);
    wasm._fvad_set_sample_rate(this.#state, 8_000);
    wasm._fvad_set_mode(this.#state, MODE);
    this.#steps = new Cutter(STEP_SAMPLES, (step) => this.#judgeStep(step));
  }

  /** The share, 0 to 1, of the 10 ms steps that ended in this window and held voice. 0 after `close`. */
  judge(window: Int16Array): number {
    if (this.#state === undefined) return 0;
    this.#voiced = this.#judged = 0;
    this.#steps.push(window);
    return this.#judged > 0 ? this.#voiced / this.#judged : 0;
  }

  /** Twice is once. */
  close(): void {
    if (this.#state === undefined) return;
    this.wasm._fvad_free(this.#state);
    this.wasm._free(this.#samples);
    this.#state = undefined;
  }

  #judgeStep(step: Int16Array): void {
    if (this.#state === undefined) return;
    this.wasm.HEAP16.set(step, this.#samples >> 1);
    this.#judged += 1;
    if (this.wasm._fvad_process(this.#state, this.#samples, STEP_SAMPLES) === 1) this.#voiced += 1;
  }
}
