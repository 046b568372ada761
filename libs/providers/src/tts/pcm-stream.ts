import { bytesToPcm } from '@app/audio';

const NOTHING = new Uint8Array(0);

/** Samples from bytes that may be cut anywhere, also in the middle of a sample. */
export class PcmStream {
  #half: Uint8Array = NOTHING;

  read(bytes: Uint8Array): Int16Array {
    const all = this.#half.length > 0 ? Buffer.concat([this.#half, bytes]) : bytes;
    this.#half = all.length & 1 ? all.slice(-1) : NOTHING;
    return bytesToPcm(all);
  }
}
