/** Tells how likely each stretch of a caller's sound holds a voice. One detector serves all calls. */
export interface VoiceDetector {
  /** The stretch that one probability speaks of. Milliseconds; 32 for Silero. */
  readonly windowMs: number;

  /** @param tell probability 0 to 1 of each window, in order, some milliseconds after its last sample came */
  open(tell: (probability: number) => void): VoiceDetectorSession;
}

export interface VoiceDetectorSession {
  /** Takes sound at 8 kHz, any length, and returns at once; never throws. Copies. */
  push(samples8k: Int16Array): void;
  /** Nothing is told after it. Twice is once. */
  close(): void;
}
