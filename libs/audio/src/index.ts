export { type AudioFrame, durationMs, FRAME_MS, type SampleRateHz, samplesIn } from './audio-frame.js';
