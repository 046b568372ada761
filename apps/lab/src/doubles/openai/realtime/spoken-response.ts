import { randomUUID } from 'node:crypto';
import { durationMs, encodeAlaw, encodeMulaw, pcmToBase64, type SampleRateHz, samplesIn } from '@app/audio';
import type { RenderedWord } from '../../../engines/speech-engine.js';
import type { Fault } from '../../faults.js';
import { tokensIn } from '../../model-stream.js';
import { notePiece, untilAborted, voiceOf, type VoiceParts } from '../../voice-parts.js';
import type { Answer } from '../receptionist.js';
import { type AskedResponse, type RealtimeFormat, told } from './realtime-events.js';
import { type HistoryItem, SpokenItem, WrittenItem } from './realtime-history.js';

const CHUNK_MS = 200;
const TRICKLE_MS = 5_000;
/** As theirs are counted. */
const SOUND_TOKEN_MS = 50;

export interface SpokenResponseParts extends VoiceParts {
  asked: AskedResponse;
  /** `<call id>-<n>` of its pieces begins with it. */
  callId: string;
  voiceId: string;
  format: RealtimeFormat;
  /** A text is sent as it is. */
  send: (event: object | string) => void;
  /** Into the history; not for what is said beside it. */
  add: (item: HistoryItem) => void;
  breakOff: () => void;
  /** What it costs to read. */
  inputTokens: number;
  fault: Fault | undefined;
  gone: AbortSignal;
}

type Ending = { status: 'completed' } | { status: 'cancelled' | 'incomplete' | 'failed'; status_details: object };

/** One response: sound, with what is said beside it, and functions. */
export class SpokenResponse {
  readonly id = `resp_${randomUUID()}`;
  readonly #cancelled = new AbortController();
  readonly #output: HistoryItem[] = [];
  readonly #rateHz: SampleRateHz;
  #outputTokens = 0;

  constructor(private readonly parts: SpokenResponseParts) {
    this.#rateHz = rateOf(parts.format);
    this.#tell('response.created', { response: this.#shown({ status: 'in_progress' }) });
  }

  get isBeside(): boolean {
    return this.parts.asked.conversation === 'none';
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  /** Resolves when it is over, told as it ended; rejects when the socket has gone. */
  async run(answer: () => Promise<Answer>): Promise<void> {
    const { fault, gone } = this.parts;
    const signal = AbortSignal.any([gone, this.#cancelled.signal]);
    let ending: Ending = { status: 'completed' };
    try {
      if (fault?.kind === 'hang') await untilAborted(signal);
      if (fault?.kind === 'status') ending = FAILED;
      else if (fault?.kind !== 'empty') ending = await this.#give(await this.#thought(answer, signal), signal);
    } catch (error) {
      if (gone.aborted || !this.#cancelled.signal.aborted) throw error;
      ending = { status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' } };
    }
    this.#tell('response.done', { response: this.#shown(ending, true) });
  }

  /** What the ear takes counts into the wait. */
  async #thought(answer: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const { clock, waits, latencies } = this.parts;
    const beganMs = clock.nowMs();
    const answered = await answer();
    await clock.sleep(waits.draw(latencies.model.firstToken) - (clock.nowMs() - beganMs), signal);
    return answered;
  }

  async #give({ text, calls }: Answer, signal: AbortSignal): Promise<Ending> {
    const most = this.parts.asked.max_output_tokens ?? 'inf';
    if (text !== '') await this.#speak(text, signal);
    if (most !== 'inf' && this.#outputTokens > most)
      return { status: 'incomplete', status_details: { type: 'incomplete', reason: 'max_output_tokens' } };
    for (const call of calls) this.#ask(call);
    return { status: 'completed' };
  }

  async #speak(text: string, signal: AbortSignal): Promise<void> {
    const item = new SpokenItem(`item_${randomUUID()}`);
    const of = this.#begin(item);
    this.#tell('response.content_part.added', { ...of, content_index: 0, part: { type: 'audio', transcript: '' } });
    try {
      for (const [n, sentence] of sentencesOf(text).entries()) await this.#sentence(item, sentence, n, signal);
      item.status = 'completed';
    } finally {
      if (item.status === 'in_progress') item.status = 'incomplete';
      const content = { ...of, content_index: 0 };
      const { transcript } = item;
      this.#tell('response.output_audio.done', content);
      this.#tell('response.output_audio_transcript.done', { ...content, transcript });
      this.#tell('response.content_part.done', { ...content, part: { type: 'audio', transcript } });
      this.#end(item);
    }
  }

  async #sentence(item: SpokenItem, text: string, n: number, signal: AbortSignal): Promise<void> {
    const { engine, clock, waits, latencies, callId, voiceId } = this.parts;
    const beganMs = clock.nowMs();
    const piece = { name: `${callId}-${item.id}-${n}`, text, voice: voiceOf(voiceId), rateHz: this.#rateHz };
    const speech = await engine.render(piece.voice, text, this.#rateHz);
    const waitMs = n === 0 ? waits.draw(latencies.voice.firstAudio) - (clock.nowMs() - beganMs) : 0;
    await clock.sleep(waitMs, signal);
    notePiece(this.parts, { ...piece, within: { itemId: item.id, startMs: item.lengthMs } }, speech);
    const beginsMs = item.lengthMs;
    const words = speech.words.map((word) => placed(word, beginsMs));
    for (let from = 0; from < speech.samples.length; from += samplesIn(CHUNK_MS, this.#rateHz)) {
      const chunk = speech.samples.subarray(from, from + samplesIn(CHUNK_MS, this.#rateHz));
      const untilMs = beginsMs + durationMs(from + chunk.length, this.#rateHz);
      const isLast = from + chunk.length === speech.samples.length;
      const said = words.splice(0, words.filter(({ startMs }) => isLast || startMs < untilMs).length);
      this.#chunk(item, chunk, said);
      if (this.parts.fault?.kind === 'malformed') this.parts.send(MALFORMED);
      if (this.parts.fault?.kind === 'half-close') this.parts.breakOff();
      const nextMs = this.parts.fault?.kind === 'trickle' ? TRICKLE_MS : waits.draw(latencies.voice.chunk);
      await clock.sleep(nextMs, signal);
    }
  }

  #chunk(item: SpokenItem, samples: Int16Array, words: readonly RenderedWord[]): void {
    const of = { item_id: item.id, output_index: this.#output.indexOf(item), content_index: 0 };
    for (const word of words) {
      const delta = item.transcript === '' ? word.text : ` ${word.text}`;
      item.say([word]);
      this.#tell('response.output_audio_transcript.delta', { ...of, delta });
    }
    const lengthMs = durationMs(samples.length, this.#rateHz);
    item.lengthMs += lengthMs;
    this.#outputTokens += Math.ceil(lengthMs / SOUND_TOKEN_MS);
    this.#tell('response.output_audio.delta', { ...of, delta: encoded(samples, this.parts.format) });
  }

  #ask({ name, arguments: args }: Answer['calls'][number]): void {
    const asked = { type: 'function_call', call_id: `call_${randomUUID()}`, name, arguments: JSON.stringify(args) } as const;
    const item = new WrittenItem(`item_${randomUUID()}`, asked);
    const of = this.#begin(item);
    const { call_id } = asked;
    for (const delta of asked.arguments.match(/.{1,12}/gs) ?? [])
      this.#tell('response.function_call_arguments.delta', { ...of, call_id, delta });
    this.#tell('response.function_call_arguments.done', { ...of, call_id, name, arguments: asked.arguments });
    this.#outputTokens += tokensIn(asked.arguments);
    this.#end(item);
  } // prettier-ignore

  #begin(item: HistoryItem): { item_id: string; output_index: number } {
    const output_index = this.#output.push(item) - 1;
    this.#tell('response.output_item.added', { output_index, item: item.shown() });
    if (!this.isBeside) this.parts.add(item);
    return { item_id: item.id, output_index };
  }

  #end(item: HistoryItem): void {
    this.#tell('response.output_item.done', { output_index: this.#output.indexOf(item), item: item.shown() });
    if (!this.isBeside) this.parts.send(told('conversation.item.done', { item: item.shown() }));
  }

  #tell(type: string, more: object): void {
    this.parts.send(told(type, 'response' in more ? more : { response_id: this.id, ...more }));
  }

  #shown(state: Ending | { status: 'in_progress' }, isOver = false): object {
    const { asked, inputTokens } = this.parts;
    return {
      object: 'realtime.response',
      id: this.id,
      status_details: null,
      ...state,
      output: this.#output.map((item) => item.shown()),
      conversation_id: this.isBeside ? null : 'conv_lab',
      output_modalities: ['audio'],
      metadata: asked.metadata ?? null,
      usage: isOver ? usageOf(inputTokens, this.#outputTokens) : null,
    };
  }
}

const FAILED: Ending = {
  status: 'failed',
  status_details: {
    type: 'failed',
    error: { type: 'server_error', code: null, message: 'The server had an error while processing your request.' },
  },
};
const MALFORMED = '{"type":"resp';

export const rateOf = ({ type }: RealtimeFormat): SampleRateHz => (type === 'audio/pcm' ? 24_000 : 8_000);

const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?…]["'»)]*)\s+(?=[^\s?!;:»])/).filter(Boolean);

const placed = ({ text, startMs, endMs }: RenderedWord, byMs: number): RenderedWord => ({
  text,
  startMs: startMs + byMs,
  endMs: endMs + byMs,
});

function encoded(samples: Int16Array, { type }: RealtimeFormat): string {
  if (type === 'audio/pcm') return pcmToBase64(samples);
  const encode = type === 'audio/pcmu' ? encodeMulaw : encodeAlaw;
  return Buffer.from(encode(samples, new Uint8Array(samples.length))).toString('base64');
}

const usageOf = (input: number, output: number): object => ({
  total_tokens: input + output,
  input_tokens: input,
  output_tokens: output,
  input_token_details: { text_tokens: input, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 0, audio_tokens: output },
});
