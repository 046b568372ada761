import { FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';

/**
 * Cuts messages of sound (signed 16-bit little-endian, any length) into frames of 20 ms. Copies bytes into one array
 * that it fills again and again, so nothing is allocated, and a message may lie at an odd address.
 *
 * The last byte of a message of odd length is dropped: samples begin anew with each message, so one bad message does
 * not turn all that follows into noise.
 */
export class FrameCutter {
  readonly #frame: Int16Array;
  readonly #bytes: Buffer;
  #filledBytes = 0;
  #oddMessages = 0;

  constructor(
    rateHz: SampleRateHz,
    private readonly tell: (frame: Int16Array) => void,
  ) {
    this.#frame = new Int16Array(samplesIn(FRAME_MS, rateHz));
    this.#bytes = Buffer.from(this.#frame.buffer);
  }

  /** How many messages had half a sample too many. */
  get oddMessages(): number {
    return this.#oddMessages;
  }

  push(sound: Buffer): void {
    const endByte = sound.length - (sound.length % 2);
    if (endByte !== sound.length) this.#oddMessages += 1;
    for (let atByte = 0; atByte < endByte;) {
      const copied = sound.copy(this.#bytes, this.#filledBytes, atByte, endByte);
      atByte += copied;
      this.#filledBytes += copied;
      if (this.#filledBytes < this.#bytes.length) return;
      this.#filledBytes = 0;
      this.tell(this.#frame);
    }
  }
}
