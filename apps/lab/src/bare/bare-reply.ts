import { durationMs, pcmToBase64, type PlayoutTrack, type SampleRateHz, samplesIn } from '@app/audio';

/** What may lie at the carrier, and the size of the messages: the product's own usual ones. */
const LEAD_MS = 400;
const CHUNK_MS = 200;
const FIRST_MS = 20;

/** Plays one sound to one call: a frame at once, then messages as far ahead as may lie at the carrier. */
export class BareReply implements PlayoutTrack {
  #sent = 0;

  constructor(
    private readonly sound: Int16Array,
    private readonly rateHz: SampleRateHz,
    private readonly beganMs: number,
    private readonly send: (message: string) => void,
  ) {}

  tick(nowMs: number): number | undefined {
    for (let dueMs = this.#dueMs(); dueMs <= nowMs; dueMs = this.#dueMs()) {
      const to = this.#sent + samplesIn(this.#sent === 0 ? FIRST_MS : CHUNK_MS, this.rateHz);
      const audioData = pcmToBase64(this.sound.subarray(this.#sent, to));
      this.send(
        `{"type":"streamAudio","data":{"audioDataType":"raw","sampleRate":${this.rateHz},"audioData":"${audioData}"}}`,
      );
      this.#sent = to;
      if (to >= this.sound.length) return undefined;
    }
    return this.#dueMs();
  }

  #dueMs(): number {
    if (this.#sent === 0) return this.beganMs;
    return this.beganMs + Math.max(0, durationMs(this.#sent, this.rateHz) + CHUNK_MS - LEAD_MS);
  }
}
