import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { SampleRateHz } from '@app/audio';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import { pieceNameOf, streamVoice, voiceFault } from '../streamed-voice.js';
import { voiceOf, type VoiceParts } from '../voice-parts.js';

const PATH = /^\/v1\/text-to-speech\/([^/]+)\/stream$/;

const asked = z.looseObject({
  text: z.string().min(1),
  model_id: z.string().default('eleven_multilingual_v2'),
  language_code: z.string().length(2).nullish(),
});
const format = z.enum(['pcm_8000', 'pcm_16000', 'pcm_24000']);

/** ElevenLabs' streamed answer to one request, with flite's voices in place of theirs. */
export class ElevenLabsDouble {
  constructor(private readonly parts: VoiceParts) {}

  async take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, voiceId] = PATH.exec(path) ?? [];
    if (voiceId === undefined || request.method !== 'POST') return refuse(response, 404, 'not_found');
    if (!request.headers['xi-api-key']) return refuse(response, 401, 'missing_api_key');
    const name = pieceNameOf(request);
    const fault = voiceFault(this.parts, name);
    if (fault?.kind === 'status') return refuse(response, fault.status, 'system_busy');
    const query = new URL(request.url ?? '', 'http://lab').searchParams;
    const form = format.safeParse(query.get('output_format'));
    if (!form.success) return refuse(response, 400, 'invalid_output_format');
    const read = asked.safeParse(anyJson(await textOf(request)));
    if (!read.success) return tell(response, 422, { detail: read.error.issues });
    const rateHz = Number(form.data.slice('pcm_'.length)) as SampleRateHz;
    const { text } = read.data;
    await streamVoice(response, this.parts, { name, text, voice: voiceOf(decodeURIComponent(voiceId)), rateHz }, fault);
  }
}

const refuse = (response: ServerResponse, status: number, name: string): void =>
  tell(response, status, { detail: { status: name, message: 'The request was refused.' } });

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
