import type { Clock } from '@app/kernel';
import { FarModel, type FarWire } from './far-model.js';
import { FarServer } from './far-server.js';

const FINISH_REASONS = { stop: 'STOP', functions: 'STOP', length: 'MAX_TOKENS', refused: 'SAFETY' };

/** Gemini's end of `:streamGenerateContent?alt=sse`. */
export class FarGemini extends FarModel {
  static async open(clock: Clock): Promise<FarGemini> {
    return new FarGemini(await FarServer.open(), clock, WIRE);
  }
}

const chunk = (parts: readonly Record<string, unknown>[], more: Record<string, unknown> = {}): string =>
  JSON.stringify({ candidates: [{ content: { role: 'model', parts }, index: 0, ...more }], modelVersion: 'any' });

const usageMetadata = {
  promptTokenCount: 20,
  cachedContentTokenCount: 12,
  candidatesTokenCount: 3,
  thoughtsTokenCount: 2,
  totalTokenCount: 25,
};

const WIRE: FarWire = {
  path: '',
  frame: (json) => `data: ${json}\r\n\r\n`,
  begin: () => [],
  text: (text) => [chunk([{ text }])],
  /** Whole, and together. */
  calls: (calls) => {
    const parts = calls.map(({ id, name, argumentsJson }, n) => ({
      functionCall: { id, name, args: JSON.parse(argumentsJson) as unknown },
      ...(n === 0 && { thoughtSignature: 'c2lnbmVk' }),
    }));
    return parts.length > 0 ? [chunk(parts)] : [];
  },
  end: (reason) => {
    const candidate = { content: { role: 'model', parts: [{ text: '' }] }, finishReason: FINISH_REASONS[reason] };
    return [JSON.stringify({ candidates: [candidate], usageMetadata })];
  },
  closing: '',
  malformed: 'data: {"candidates":[{"content":{"parts":[{"text":"oops\r\n\r\n',
  refusal: (code) => ({ error: { code, message: 'You said: my name is Zoë', status: 'SOME_STATUS' } }),
};
