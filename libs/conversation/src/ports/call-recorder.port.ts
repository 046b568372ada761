/** Why a recording ended before its call: no room, a disk that could not keep up, its process is gone, anything else. */
export type RecordingLoss = 'disk-full' | 'disk-slow' | 'node-lost' | 'failed';

/** Keeps the sound of one call. */
export interface CallRecorder {
  /** From the beginning of what is being said to the caller now. Returns at once; never throws. `onLost` is told once. */
  begin(onLost: (reason: RecordingLoss) => void): void;
}
