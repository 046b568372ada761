import { randomUUID } from 'node:crypto';
import { encodeMulaw, pcmToBytes, samplesIn, type SampleRateHz } from '@app/audio';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import type { Fault } from '../faults.js';
import { type AskedPiece, notePiece, renderedPiece, untilAborted, voiceOf, type VoiceParts } from '../voice-parts.js';
import { type RefusedListen, refusal } from './deepgram.double.js';

const asked = z.object({
  model: z.string().regex(/^aura(-2)?-[a-z]+-[a-z]{2}$/, 'is not a voice such as aura-2-thalia-en'),
  encoding: z.enum(['linear16', 'mulaw']).default('linear16'),
  sample_rate: z
    .enum(['8000', '16000', '24000'])
    .default('24000')
    .transform((rate) => Number(rate) as SampleRateHz),
  tag: z.string().default(''),
});
export type AskedSpeak = z.output<typeof asked>;

const control = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Speak'), text: z.string().max(2_000) }),
  z.looseObject({ type: z.enum(['Flush', 'Clear', 'Close']) }),
]);

const CHUNK_MS = 250;
const TRICKLE_MS = 5_000;

/** What was asked for, or why the socket is not let in. */
export function readSpeak(authorization: string | undefined, query: URLSearchParams): AskedSpeak | RefusedListen {
  if (!/^(Token|Bearer) \S+$/i.test(authorization ?? '')) return refusal(401, 'INVALID_AUTH', 'Invalid credentials.');
  const read = asked.safeParse(Object.fromEntries(query));
  return read.success ? read.data : refusal(400, 'Bad Request', z.prettifyError(read.error));
}

/** Deepgram's voices, `/v1/speak`, with flite's in place of theirs. One for one socket. */
export class AuraSocket {
  #text = '';
  #pieces = 0;
  #flushes = 0;
  /** All that was flushed, one after another. */
  #speaking: Promise<void> = Promise.resolve();
  #cleared = new AbortController();

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: VoiceParts,
    private readonly asked: AskedSpeak,
  ) {
    const { model } = asked;
    this.#tell({
      type: 'Metadata',
      request_id: randomUUID(),
      model_name: model,
      model_version: 'lab',
      model_uuid: model,
    });
    socket.on('message', (data: RawData, isBinary) => this.#take(isBinary ? undefined : anyJson(data)));
    socket.on('close', () => this.#cleared.abort());
    socket.on('error', () => this.#cleared.abort());
  }

  #take(message: unknown): void {
    const told = control.safeParse(message);
    if (!told.success) return this.socket.close(1_008, 'DATA-0000');
    if (told.data.type === 'Speak') this.#text += told.data.text;
    if (told.data.type === 'Flush') this.#flush();
    if (told.data.type === 'Clear') this.#clear();
    if (told.data.type === 'Close') void this.#speaking.then(() => this.socket.close(1_000));
  }

  #flush(): void {
    const [text, sequence, { signal }] = [this.#text.trim(), this.#flushes++, this.#cleared];
    this.#text = '';
    this.#speaking = this.#speaking
      .then(() => (text === '' ? undefined : this.#speak(text, signal)))
      .then(() => !signal.aborted && this.#tell({ type: 'Flushed', sequence_id: sequence }))
      .then(
        () => undefined,
        (error: unknown) => {
          if (!signal.aborted) this.socket.close(1_011, String(error).slice(0, 100));
        },
      );
  }

  #clear(): void {
    this.#text = '';
    this.#cleared.abort();
    this.#cleared = new AbortController();
    this.#tell({ type: 'Cleared', sequence_id: this.#flushes });
  }

  async #speak(text: string, cleared: AbortSignal): Promise<void> {
    const { tag, model, sample_rate: rateHz } = this.asked;
    const piece: AskedPiece = { name: `${tag}-${++this.#pieces}`, text, voice: voiceOf(model), rateHz };
    const fault = this.parts.faults.take('voice', piece.name, ({ kind }) => kind !== 'status');
    if (fault?.kind === 'hang') return untilAborted(cleared);
    if (fault?.kind === 'malformed') return this.socket.send('{"type": tru');
    const speech = await renderedPiece(this.parts, piece, cleared);
    if (fault?.kind === 'empty') return;
    notePiece(this.parts, piece, speech);
    await this.#send(speech.samples, fault, cleared);
  }

  async #send(samples: Int16Array, fault: Fault | undefined, cleared: AbortSignal): Promise<void> {
    const { clock, waits, latencies } = this.parts;
    const chunk = samplesIn(CHUNK_MS, this.asked.sample_rate);
    for (let from = 0; from < samples.length; from += chunk) {
      if (this.socket.readyState === this.socket.OPEN)
        this.socket.send(this.#encoded(samples.subarray(from, from + chunk)));
      if (fault?.kind === 'half-close') return this.socket.terminate();
      await clock.sleep(fault?.kind === 'trickle' ? TRICKLE_MS : waits.draw(latencies.voice.chunk), cleared);
      cleared.throwIfAborted();
    }
  }

  #encoded(samples: Int16Array): Uint8Array {
    return this.asked.encoding === 'mulaw' ? encodeMulaw(samples, new Uint8Array(samples.length)) : pcmToBytes(samples);
  }

  #tell(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
