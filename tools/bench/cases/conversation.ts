import { loadResampler, PlayoutClock } from '@app/audio';
import { Conversation, PhraseCache } from '@app/conversation';
import type { CallSettings, Line, LineListener, TextToSpeech } from '@app/conversation/ports';
import { type BenchCase, repeat, tone } from '../bench-case.js';
import { HandClock } from '../hand-clock.js';

const PIECES = 40;
/** Shorter than what the agent's obligation to the caller allows one sentence. */
const PIECE_MS = 40_000;
const CHUNK_MS = 200;
type RateHz = 8_000 | 16_000;

export const CONVERSATION_CASES: readonly BenchCase[] = [hearing(8_000), hearing(16_000), speaking(8_000)];

/** One frame of the caller's through the listener: voice gate, resampling where needed, recogniser. */
function hearing(rateHz: RateHz): BenchCase {
  return {
    name: `listen to the caller, ${rateHz / 1_000} kHz`,
    per: 'frame',
    async begin() {
      const call = await begin(rateHz, 'Hello.', toneVoice(rateHz));
      const frame = tone(rateHz / 50);
      return { run: (times) => repeat(times, () => call.listener.frame(frame)), units: 1, end: call.end };
    },
  };
}

/** A reply from the voice's sound to `line.send`, with what is told of it on the way. */
function speaking(rateHz: RateHz): BenchCase {
  return {
    name: `play a reply, ${CHUNK_MS} ms at ${rateHz / 1_000} kHz`,
    per: 'chunk',
    async begin() {
      const greeting = Array.from({ length: PIECES }, (_, n) => `This is sentence number ${n}.`).join(' ');
      const voice = toneVoice(rateHz);
      let call = await begin(rateHz, greeting, voice);
      const run = async (times: number) => {
        for (let done = 0; done < times; done += 1) {
          const sent = call.sent();
          call.clock.pass(CHUNK_MS);
          if (call.sent() > sent) continue;
          call.end(); // all is said: from the beginning
          call = await begin(rateHz, greeting, voice);
        }
      };
      return { run, units: 1, end: () => call.end() };
    },
  };
}

async function begin(rateHz: RateHz, greeting: string, voice: TextToSpeech) {
  await loadResampler();
  const clock = new HandClock();
  const { line, sent, listener } = silentLine(rateHz);
  const refuse = (error: unknown) => {
    throw error;
  };
  const playout = new PlayoutClock(clock, { onFailure: refuse });
  const conversation = new Conversation({
    callId: 'bench',
    line,
    direction: 'inbound',
    settings: settings(greeting),
    clock,
    playout,
    recogniser: {
      name: 'bench/recogniser',
      capabilities: { wordTimes: false, endpoints: false },
      open: () => Promise.resolve({ push: () => undefined, finish: () => undefined, heard: nothing() }),
    },
    model: { name: 'bench/model', reply: () => nothing() },
    voice,
    detector: { windowMs: 20, open: (tell) => ({ push: () => tell(0), close: () => undefined }) },
    functions: { definitions: [], run: () => Promise.reject(new Error('the bench has no functions')) },
    phrases: new PhraseCache(),
    log: { append: () => undefined, flush: () => Promise.resolve() },
    onEvent: () => undefined,
    onBug: refuse,
  });
  void conversation.run();
  await new Promise((resolve) => setImmediate(resolve)); // the recogniser is open and the voice has made all its sound
  const end = () => {
    listener().closed('closed');
    playout.close();
  };
  return { clock, sent, listener: listener(), end };
}

/** Takes what it is sent and drops it. */
function silentLine(rateHz: RateHz): { line: Line; sent: () => number; listener: () => LineListener } {
  let listener: LineListener | undefined;
  let sent = 0;
  const line: Line = {
    rateHz,
    pacing: { chunkMs: CHUNK_MS, leadMs: 2 * CHUNK_MS },
    capabilities: { marks: false, duck: false, sendsDigits: false, transfers: false },
    listen: (given) => (listener = given),
    send: () => void (sent += 1),
    mark: () => undefined,
    clear: () => undefined,
    sendDigits: () => undefined,
    transfer: () => undefined,
    hangUp: () => undefined,
  };
  const heard = () => {
    if (!listener) throw new Error('nobody listens');
    return listener;
  };
  return { line, sent: () => sent, listener: heard };
}

/** Every sentence is the same sound, in stretches as vendors send them. */
function toneVoice(rateHz: RateHz): TextToSpeech {
  const stretches = Array.from({ length: PIECE_MS / 500 }, () => ({ samples: tone(rateHz / 2), words: [] }));
  return {
    name: 'bench/voice',
    capabilities: { wordTimes: false },
    open: () => ({
      async *speak() {
        await Promise.resolve();
        yield* stretches;
      },
    }),
  };
}

async function* nothing(): AsyncIterable<never> {
  yield* [];
  await new Promise(() => undefined);
}

const settings = (greeting: string): CallSettings => ({
  agent: { id: 'bench', version: 1, name: 'Ada', language: 'en', listensTo: 'en', persona: '', keyterms: [] },
  greeting,
  phrases: {
    oneMoment: 'One moment.',
    sayAgain: 'Once more?',
    stillThere: [],
    recovery: 'Sorry?',
    apology: 'I cannot go on.',
    timeIsUp: 'Time is up.',
    goodbye: 'Goodbye.',
  },
  turns: {
    voiceThreshold: 0.5,
    silenceThreshold: 0.35,
    voiceMs: 96,
    silenceMs: 160,
    pauseMs: 500,
    completeMs: 250,
    hesitationMs: 1_200,
    lateWordsMs: 900,
    overlapMs: 320,
    resumeMs: 700,
    speculates: true,
  },
  limits: { maxCallMs: 3_600_000_000, silenceMs: 8_000, patienceMs: 2_200, giveUpMs: 8_000 },
  providers: { recogniser: 'bench/recogniser', model: 'bench/model', voice: 'bench/voice', voiceId: 'any' },
  functions: [],
});
