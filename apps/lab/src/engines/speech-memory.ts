import type { RenderedSpeech } from './speech-engine.js';

/** Speech by name, as much as fits; what was used longest ago goes first. */
export class SpeechMemory {
  readonly #kept = new Map<string, RenderedSpeech>();
  #bytes = 0;

  constructor(private readonly mostBytes: number) {}

  find(name: string): RenderedSpeech | undefined {
    const speech = this.#kept.get(name);
    if (!speech) return undefined;
    this.#kept.delete(name);
    this.#kept.set(name, speech);
    return speech;
  }

  keep(name: string, speech: RenderedSpeech): void {
    this.#forget(name);
    this.#kept.set(name, speech);
    this.#bytes += speech.samples.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.mostBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.samples.byteLength ?? 0;
    this.#kept.delete(name);
  }
}
