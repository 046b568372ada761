/** The part of SpeexDSP's resampler that is used here (speexdsp `speex_resampler.h`); pointers are byte offsets. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  export interface SpeexModule {
    /** Replaced when the memory grows: read it anew after every call that may allocate. */
    readonly HEAP16: Int16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(sizeBytes: number): number;
    _free(pointer: number): void;
    /** @returns the state, or 0; the reason stands at `errorPointer` */
    _speex_resampler_init(
      channels: number,
      fromHz: number,
      toHz: number,
      quality: number,
      errorPointer: number,
    ): number;
    _speex_resampler_destroy(state: number): void;
    _speex_resampler_reset_mem(state: number): number;
    /** In samples of the input. */
    _speex_resampler_get_input_latency(state: number): number;
    /** Takes and writes 16-bit samples; both lengths are read, then overwritten with what was taken and written. */
    _speex_resampler_process_int(
      state: number,
      channel: number,
      input: number,
      inputLength: number,
      output: number,
      outputLength: number,
    ): number;
  }

  export default function load(): Promise<SpeexModule>;
}
