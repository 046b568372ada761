import { loadResampler, pcmToBytes } from '@app/audio';
import type { ModelRequest, SpeechToSpeechSession, SpeechToTextSession } from '@app/conversation/ports';
import { systemClock } from '@app/kernel';
import { catalogOf, PROVIDER_VARIABLES, type ProviderCatalog, providersConfig } from '@app/providers';
import { z } from 'zod';
import { type BenchCase, type Running, tone } from '../bench-case.js';
import { FarVendor, serverMessage } from '../far-vendor.js';

const RATE_HZ = 8_000;
const FRAMES_PER_BATCH = 5;
const CHUNK_MS = 250;
/** Messages in one answer or one piece: a vendor ends each after a while. */
const MOST_AT_ONCE = 400;
const WORDS = 'Yes, I would like to book an appointment';

interface Open {
  far: FarVendor;
  catalog: ProviderCatalog;
  ending: AbortController;
}

/** All vendors behind one address. */
export async function openVendors(): Promise<Open & { end: () => Promise<void> }> {
  await loadResampler();
  const far = await FarVendor.listen();
  const [http, ws] = [`http://${far.host}`, `ws://${far.host}`];
  const env = {
    ...{ DEEPGRAM_API_KEY: 'k', DEEPGRAM_URL: ws, ELEVENLABS_API_KEY: 'k', ELEVENLABS_URL: ws },
    ...{ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${http}/v1`, OPENAI_VOICE_MODEL: 'gpt-4o-mini-tts' },
    ...{ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: http, GEMINI_API_KEY: 'k', GEMINI_BASE_URL: http },
  };
  const catalog = catalogOf(providersConfig(z.object(PROVIDER_VARIABLES).parse(env)), systemClock);
  const ending = new AbortController();
  const end = async () => {
    ending.abort();
    await far.close();
  };
  return { far, catalog, ending, end };
}

const CALL = { callId: 'call', language: 'en-GB', rateHz: RATE_HZ } as const;

/** In slabs of what one answer or one piece may hold. */
async function inSlabs(times: number, some: (count: number) => Promise<void>): Promise<void> {
  for (let left = times; left > 0; left -= MOST_AT_ONCE) await some(Math.min(left, MOST_AT_ONCE));
}

/** Reads so many; more or fewer are a fault of the bench. */
async function read(items: AsyncIterable<unknown>, count: number): Promise<void> {
  let seen = 0;
  const iterator = items[Symbol.asyncIterator]();
  while (seen < count) {
    if ((await iterator.next()).done) throw new Error(`${seen} of ${count} came`);
    seen += 1;
  }
}

function recognising(name: string, messages: readonly [string, string]): BenchCase {
  return {
    name: `providers: ${name}, a guess in`,
    per: 'message',
    begin: async () => {
      const { far, catalog, ending, end } = await openVendors();
      const session = await catalog.recogniser(name).open({ ...CALL, signal: ending.signal });
      const pair = Buffer.concat(messages.map(serverMessage));
      const run = (times: number) =>
        inSlabs(times, async (count) => {
          await far.send(Buffer.concat(Array.from({ length: Math.ceil(count / 2) }, () => pair)));
          await read(session.heard, 2 * Math.ceil(count / 2));
        });
      return { run, units: 1, end };
    },
  };
}

/** Five frames of a call, which leave as one message; what waits in the socket is let go now and then. */
async function sound(session: SpeechToTextSession | SpeechToSpeechSession, times: number): Promise<void> {
  const frame = tone(RATE_HZ / 50);
  for (let n = 1; n <= times; n += 1) {
    for (let part = 0; part < FRAMES_PER_BATCH; part += 1) session.push(frame);
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const sending = (name: string): BenchCase => ({
  name: `providers: ${name}, 100 ms of sound out`,
  per: 'message',
  begin: async () => {
    const { catalog, ending, end } = await openVendors();
    const session = await catalog.recogniser(name).open({ ...CALL, signal: ending.signal });
    return { run: (times) => sound(session, times), units: 1, end };
  },
});

function thinking(name: string, [head, delta, tail]: readonly [string, string, string]): BenchCase {
  return {
    name: `providers: ${name}, a delta in`,
    per: 'message',
    begin: async () => {
      const { far, catalog, ending, end } = await openVendors();
      const model = catalog.model(name);
      const request: ModelRequest = {
        requestId: 'call/1',
        messages: [{ role: 'caller', text: 'Hello' }],
        functions: [],
        signal: ending.signal,
      };
      const run = (times: number) =>
        inSlabs(times, async (count) => {
          far.answer = { type: 'text/event-stream', body: Buffer.from(head + delta.repeat(count) + tail) };
          let texts = 0;
          for await (const part of model.reply(request)) if (part.type === 'text') texts += 1;
          if (texts !== count) throw new Error(`${texts} of ${count} deltas came`);
        });
      return { run, units: 1, end };
    },
  };
}

/** @param how the messages of the n-th piece (its chunks, and what ends it), or a chunk of what a request is answered with */
function speaking(name: string, how: Buffer | ((piece: number) => { chunk: Buffer; last: Buffer })): BenchCase {
  return {
    name: `providers: ${name}, ${CHUNK_MS} ms of a voice in`,
    per: 'message',
    begin: async () => {
      const { far, catalog, ending, end } = await openVendors();
      const session = catalog.voice(name).open({ ...CALL, voiceId: 'thalia', signal: ending.signal });
      let piece = 0;
      const run = (times: number) =>
        inSlabs(times, async (count) => {
          piece += 1;
          const asked = session.speak(WORDS, { signal: ending.signal })[Symbol.asyncIterator]();
          const many = (chunk: Buffer) => Array.from({ length: count }, () => chunk);
          if (Buffer.isBuffer(how)) far.answer = { type: 'audio/pcm', body: Buffer.concat(many(how)) };
          const first = asked.next();
          if (!Buffer.isBuffer(how)) {
            while (far.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
            await new Promise((resolve) => setImmediate(resolve)); // the piece is told
            const { chunk, last } = how(piece);
            await far.send(Buffer.concat([...many(chunk), last]));
          }
          for (let next = await first; !next.done; next = await asked.next());
        });
      return { run, units: 1, end };
    },
  };
}

const REALTIME = 'openai-realtime/gpt-realtime-2.1';

async function openSpeech(): Promise<Open & { session: SpeechToSpeechSession; end: () => Promise<void> }> {
  const open = await openVendors();
  const speech = open.catalog.speech(REALTIME);
  if (!speech) throw new Error(`${REALTIME} does not speak by itself`);
  const session = await speech.open({ ...CALL, voiceId: 'marin', signal: open.ending.signal });
  return { ...open, session };
}

const speechOut: BenchCase = {
  name: `providers: ${REALTIME}, 100 ms of sound out`,
  per: 'message',
  begin: async () => {
    const { session, end } = await openSpeech();
    return { run: (times) => sound(session, times), units: 1, end };
  },
};

const speechIn: BenchCase = {
  name: `providers: ${REALTIME}, ${CHUNK_MS} ms of sound in`,
  per: 'message',
  begin: async (): Promise<Running> => {
    const { far, session, ending, end } = await openSpeech();
    let asks = 0;
    const run = (times: number) =>
      inSlabs(times, async (count) => {
        asks += 1;
        const of = { response_id: `r${asks}`, item_id: `i${asks}` };
        const request = { requestId: 'call/1', instructions: '', functions: [], signal: ending.signal };
        const parts = session.reply(request).parts[Symbol.asyncIterator]();
        const first = parts.next();
        await new Promise((resolve) => setImmediate(resolve)); // it is asked for
        const delta = serverMessage(JSON.stringify({ type: 'response.output_audio.delta', ...of, delta: MULAW }));
        const created = { id: of.response_id, metadata: { key: `ask_${asks}` } };
        const done = { id: of.response_id, status: 'completed' };
        await far.send(
          Buffer.concat([
            serverMessage(JSON.stringify({ type: 'response.created', response: created })),
            ...Array.from({ length: count }, () => delta),
            serverMessage(JSON.stringify({ type: 'response.done', response: done })),
          ]),
        );
        for (let next = await first; !next.done; next = await parts.next());
      });
    return { run, units: 1, end };
  },
};

const PCM_24 = Buffer.from(pcmToBytes(tone((24_000 * CHUNK_MS) / 1_000)));
const PCM_8 = Buffer.from(pcmToBytes(tone((RATE_HZ * CHUNK_MS) / 1_000)));
const MULAW = Buffer.alloc((RATE_HZ * CHUNK_MS) / 1_000, 0x55).toString('base64');

const nova = (text: string) =>
  JSON.stringify({
    ...{ type: 'Results', channel_index: [0, 1], duration: 1.2, start: 0, is_final: false, speech_final: false },
    channel: {
      alternatives: [
        {
          transcript: text,
          confidence: 0.98,
          words: text.split(' ').map((word, n) => ({ word, start: n / 4, end: n / 4 + 0.2, confidence: 0.98 })),
        },
      ],
    },
  });
const flux = (transcript: string) =>
  JSON.stringify({ type: 'TurnInfo', event: 'Update', turn_index: 0, transcript, words: [], sequence_id: 1 });
const scribe = (text: string) => JSON.stringify({ message_type: 'partial_transcript', text });
const twice = (make: (text: string) => string): [string, string] => [make(WORDS), make(`${WORDS} please`)];

const event = (data: object, name?: string) => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const chat = (choice: object) => event({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, ...choice }] }); // prettier-ignore
const claude = (data: { type: string }) => event(data, data.type);

const alignment = Array.from(WORDS);
const eleven = (piece: number) => {
  const message = {
    contextId: `call-${piece}`,
    audio: PCM_8.toString('base64'),
    alignment: {
      chars: alignment,
      charStartTimesMs: alignment.map((_, n) => n * 5),
      charDurationsMs: alignment.map(() => 5),
    },
  };
  const last = serverMessage(JSON.stringify({ contextId: `call-${piece}`, isFinal: true }));
  return { chunk: serverMessage(JSON.stringify(message)), last };
};
const aura = () => ({ chunk: serverMessage(PCM_8), last: serverMessage('{"type":"Flushed"}') });

/** A short answer and two seconds of a voice, as one call waits for them. */
export const CHAT_ANSWER = {
  type: 'text/event-stream',
  body: Buffer.from(chat({ delta: { content: ' word' }, finish_reason: null }).repeat(60)),
};
export const ELEVEN_PIECE = Buffer.concat(Array.from({ length: 8 }, () => eleven(1).chunk));

/** From a vendor's bytes to what the conversation is told, and from its sound to a vendor's bytes. */
export const PROVIDER_CASES: readonly BenchCase[] = [
  recognising('deepgram/nova-3', twice(nova)),
  recognising('deepgram/flux-general-en', twice(flux)),
  recognising('elevenlabs/scribe_v2_realtime', twice(scribe)),
  sending('deepgram/nova-3'),
  sending('elevenlabs/scribe_v2_realtime'),
  sending('openai/gpt-live-transcribe'),
  thinking('openai/gpt-6-luna', [
    '',
    chat({ delta: { content: ' word' }, finish_reason: null }),
    `${chat({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`,
  ]),
  thinking('anthropic/claude-haiku-5-5', [
    claude({ type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [], model: 'm', stop_reason: null, usage: { input_tokens: 1, output_tokens: 1 } } } as { type: string }) + // prettier-ignore
      claude({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as { type: string }),
    claude({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' word' } } as { type: string }),
    claude({ type: 'content_block_stop', index: 0 } as { type: string }) +
      claude({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } } as {
        type: string;
      }) + // prettier-ignore
      claude({ type: 'message_stop' }),
  ]),
  thinking('gemini/gemini-3.5-flash-lite', [
    '',
    event({ candidates: [{ content: { role: 'model', parts: [{ text: ' word' }] }, index: 0 }] }),
    event({ candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP', index: 0 }] }),
  ]),
  speaking('elevenlabs/eleven_flash_v2_5', eleven),
  speaking('elevenlabs-http/eleven_flash_v2_5', PCM_8),
  speaking('deepgram/aura-2', aura),
  speaking('openai/gpt-4o-mini-tts', PCM_24),
  speechOut,
  speechIn,
];
