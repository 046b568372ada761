import type { SampleRateHz } from '@app/audio';
import type { RenderedSpeech, SpeechEngine, VoiceName } from '../engines/speech-engine.js';
import type { DoubleParts } from './double-parts.js';

export interface VoiceParts extends DoubleParts {
  engine: SpeechEngine;
}

/** Voices that sound like people; a vendor's id is always the same one of them. */
const VOICES: readonly VoiceName[] = ['slt', 'awb'];

export const voiceOf = (voiceId: string): VoiceName =>
  VOICES[[...voiceId].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % VOICES.length] ?? 'slt';

export interface AskedPiece {
  /** `<call id>-<n>`, where the client told it. */
  name: string;
  text: string;
  voice: VoiceName;
  rateHz: SampleRateHz;
  /** Of what it is a part, and from where on. */
  within?: { itemId: string; startMs: number };
}

/** The sound of a piece, as late as a vendor's first sound is. Rejects when `gone` aborts. */
export async function renderedPiece(
  { engine, clock, waits, latencies }: VoiceParts,
  { text, voice, rateHz }: AskedPiece,
  gone: AbortSignal,
): Promise<RenderedSpeech> {
  const beganMs = clock.nowMs();
  const speech = await engine.render(voice, text, rateHz);
  await clock.sleep(waits.draw(latencies.voice.firstAudio) - (clock.nowMs() - beganMs), gone);
  return speech;
}

/** For the ear: all of it, also what is never sent. */
export function notePiece(
  { evidence, clock }: VoiceParts,
  { name, text, rateHz, within }: AskedPiece,
  { samples, words }: RenderedSpeech,
): void {
  const madeAtMs = clock.date().getTime();
  evidence.notePiece({
    contextId: name,
    text,
    rateHz,
    madeAtMs,
    words: [...words],
    samples,
    ...(within && { within }),
  });
}

export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
