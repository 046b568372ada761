import type { IncomingMessage, ServerResponse } from 'node:http';
import { punctuated } from '../deepgram/deepgram-messages.js';
import type { Fault } from '../faults.js';
import { wordsOf } from '../model-stream.js';
import type { EarParts } from '../open-ear.js';
import { FileEars } from './file-ears.js';
import { refuseBy } from './refusals.js';
import { type AskedTranscription, readTranscription } from './transcription-form.js';

const TRICKLE_MS = 60_000;

/** OpenAI's `/audio/transcriptions`, with an ear of the lab's. A call is known by the beginning of its request's id. */
export class TranscriptionDouble {
  readonly #ears: FileEars;

  constructor(private readonly parts: EarParts) {
    this.#ears = new FileEars(parts);
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = String(request.headers['x-client-request-id'] ?? '');
    const fault = this.parts.faults.take('recogniser', requestId);
    if (fault?.kind === 'status') return refuseBy(response, fault.status);
    if (fault?.kind === 'hang') return;
    const asked = await readTranscription(request);
    if (typeof asked === 'string') return refuseBy(response, 400, asked);
    const words = await this.#ears.hear(requestId.split('/')[0] ?? '', asked);
    const text = fault?.kind === 'empty' ? '' : punctuated(words, true).join(' ');
    await this.#wait(response, fault);
    if (!response.destroyed) tell(response, asked, text, fault);
  }

  close(): void {
    this.#ears.close();
  }

  async #wait(response: ServerResponse, fault: Fault | undefined): Promise<void> {
    const { clock, waits, latencies } = this.parts;
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const waitMs = waits.draw(latencies.recogniser.final) + (fault?.kind === 'trickle' ? TRICKLE_MS : 0);
    await clock.sleep(waitMs, gone.signal).catch((error: unknown) => {
      if (!gone.signal.aborted) throw error; // else whoever asked has gone
    });
  }
}

function tell(response: ServerResponse, asked: AskedTranscription, text: string, fault: Fault | undefined): void {
  if (fault?.kind === 'half-close') return void response.writeHead(200).write('{"te', () => response.destroy());
  const type = asked.streams ? 'text/event-stream' : asked.asText ? 'text/plain' : 'application/json';
  response.writeHead(200, { 'content-type': type });
  if (fault?.kind === 'malformed') return void response.end('{"text":"Hel');
  if (asked.asText) return void response.end(`${text}\n`);
  const seconds = Math.ceil(asked.samples.length / asked.rateHz);
  if (!asked.streams) return void response.end(JSON.stringify({ text, usage: { type: 'duration', seconds } }));
  const event = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  for (const delta of wordsOf(text)) event({ type: 'transcript.text.delta', delta });
  event({ type: 'transcript.text.done', text });
  response.end();
}
