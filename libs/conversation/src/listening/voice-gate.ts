export interface VoiceGateSettings {
  /** Probability, 0 to 1, from which a window counts as voice. */
  voiceThreshold: number;
  /** Probability below which it counts as silence; between the two it stays what it was. */
  silenceThreshold: number;
  /** Voice shorter than this is a cough. Milliseconds. */
  voiceMs: number;
  /** Silence shorter than this is between two words. Milliseconds. */
  silenceMs: number;
}

/** A change of the gate; `agoMs` says how long before the end of the window it really began. */
export interface VoiceChange {
  type: 'voice-started' | 'voice-stopped';
  agoMs: number;
}

/** Turns a jumpy probability per window into "started" and "stopped": each only after it has lasted. */
export class VoiceGate {
  #open = false;
  #voiced = false; // the last window's verdict
  #againstMs = 0; // for how long the windows have said the opposite of #open

  constructor(private readonly settings: VoiceGateSettings) {}

  hear(probability: number, windowMs: number): VoiceChange | undefined {
    const { voiceThreshold, silenceThreshold, voiceMs, silenceMs } = this.settings;
    if (probability >= voiceThreshold) this.#voiced = true;
    else if (probability < silenceThreshold) this.#voiced = false;
    this.#againstMs = this.#voiced === this.#open ? 0 : this.#againstMs + windowMs;
    if (this.#againstMs < (this.#open ? silenceMs : voiceMs) || this.#againstMs === 0) return undefined;
    const agoMs = this.#againstMs;
    this.#open = this.#voiced;
    this.#againstMs = 0;
    return { type: this.#open ? 'voice-started' : 'voice-stopped', agoMs };
  }
}
