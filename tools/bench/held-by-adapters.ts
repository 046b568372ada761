import type { ModelRequest } from '@app/conversation/ports';
import { CHAT_ANSWER, ELEVEN_PIECE, openVendors } from './cases/providers.js';

/** Of one call, with the far end's own ends of its sockets. */
export interface HeldByAdapters {
  heapBytes: number;
  bufferBytes: number;
  calls: number;
}

const CALLS = 40;

/** What recogniser, model and voice hold while a call thinks and speaks: words that nobody read, an answer and a piece half read. */
export async function heldByAdapters(collect: () => void): Promise<HeldByAdapters> {
  await once(1, collect); // what is loaded once is held by no call
  return once(CALLS, collect);
}

async function once(calls: number, collect: () => void): Promise<HeldByAdapters> {
  const { far, catalog, ending, end } = await openVendors();
  far.answer = CHAT_ANSWER;
  const before = await memoryNow(collect);
  const kept: unknown[] = [];
  for (let n = 0; n < calls; n += 1) {
    const options = { callId: 'call', language: 'en-GB', rateHz: 8_000, signal: ending.signal } as const;
    const ear = await catalog.recogniser('deepgram/nova-3').open(options);
    ear.push(new Int16Array(2_000));
    const request: ModelRequest = {
      requestId: 'call/1',
      messages: [{ role: 'caller', text: 'Hello' }],
      functions: [],
      signal: ending.signal,
    };
    const answer = catalog.model('openai/gpt-6-luna').reply(request)[Symbol.asyncIterator]();
    await answer.next();
    const sockets = far.sockets.length;
    const voice = catalog.voice('elevenlabs/eleven_flash_v2_5').open({ ...options, voiceId: 'v' });
    const piece = voice.speak('Hello.', { signal: ending.signal })[Symbol.asyncIterator]();
    const first = piece.next();
    while (far.sockets.length === sockets) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve)); // the piece is told
    await far.send(ELEVEN_PIECE);
    await first;
    kept.push(ear, answer, voice, piece);
  }
  const after = await memoryNow(collect);
  const each = (what: 'heap' | 'buffers') => Math.round((after[what] - before[what]) / calls);
  const held = { heapBytes: each('heap'), bufferBytes: each('buffers'), calls: kept.length / 4 };
  await end();
  return held;
}

async function memoryNow(collect: () => void): Promise<{ heap: number; buffers: number }> {
  for (let n = 0; n < 3; n += 1) {
    await new Promise((resolve) => setImmediate(resolve)); // what is done with is let go
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, buffers: external };
}
