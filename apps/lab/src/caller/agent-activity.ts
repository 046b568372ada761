import { FRAME_MS, rms } from '@app/audio';

/** The agent's voice is synthetic and its silence digital: far from this on both sides. */
const VOICED_RMS = 120;
/** A pause shorter than this is between two words or two sentences of the same breath. */
export const BREATH_MS = 450;
/** Within a word or between two: the agent is still speaking. */
const WORD_GAP_MS = 100;

/** Whether the agent speaks, as the caller hears it while the call goes on. Times are ms since the stream began. */
export class AgentActivity {
  #nowMs = 0;
  #speechBeganMs = 0;
  #lastVoicedMs: number | undefined;

  /** One frame of what the caller heard. */
  hear(samples: Int16Array): void {
    const pauseMs = this.#lastVoicedMs === undefined ? Infinity : this.quietMs;
    this.#nowMs += FRAME_MS;
    if (rms(samples) < VOICED_RMS) return;
    if (pauseMs >= BREATH_MS) this.#speechBeganMs = this.#nowMs - FRAME_MS;
    this.#lastVoicedMs = this.#nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Something of the agent was audible after `sinceMs`. */
  spokeSince(sinceMs: number): boolean {
    return this.#lastVoicedMs !== undefined && this.#lastVoicedMs > sinceMs;
  }

  /** How long nothing of the agent has been audible. */
  get quietMs(): number {
    return this.#nowMs - (this.#lastVoicedMs ?? 0);
  }

  /** When the agent began what it is saying, or said last. */
  get speechBeganMs(): number {
    return this.#speechBeganMs;
  }

  /** How long it has been speaking by now; 0 when it has paused. */
  get speakingForMs(): number {
    return this.#lastVoicedMs !== undefined && this.quietMs <= WORD_GAP_MS
      ? this.#lastVoicedMs - this.#speechBeganMs
      : 0;
  }
}
