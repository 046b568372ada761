/** libfvad (WebRTC's voice detector) as WebAssembly; pointers are byte offsets. */
declare module '@echogarden/fvad-wasm' {
  export interface FvadModule {
    readonly HEAP16: Int16Array;
    _malloc(sizeBytes: number): number;
    _free(pointer: number): void;
    _fvad_new(): number;
    _fvad_free(state: number): void;
    /** @param mode 0 (takes much for voice) to 3 (takes little) */
    _fvad_set_mode(state: number, mode: number): number;
    _fvad_set_sample_rate(state: number, rateHz: number): number;
    /** @returns 1 voice, 0 none, -1 for a length other than 10, 20 or 30 ms */
    _fvad_process(state: number, samples: number, length: number): number;
  }

  export default function load(): Promise<FvadModule>;
}
