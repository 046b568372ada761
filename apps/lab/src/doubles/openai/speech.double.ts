import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import { pieceNameOf, streamVoice, voiceFault } from '../streamed-voice.js';
import { voiceOf, type VoiceParts } from '../voice-parts.js';

export const SPEECH_PATH = '/v1/audio/speech';

/** Their `pcm`. */
const RATE_HZ = 24_000;

const asked = z.looseObject({
  model: z.string().min(1),
  input: z.string().min(1).max(4_096),
  voice: z.string().min(1), // any: compatible servers have voices of their own
  response_format: z.literal('pcm', { error: 'this double speaks pcm only' }),
});

/**
 * OpenAI's `/v1/audio/speech`, with flite's voices in place of theirs.
 *
 * @param refuse answers in their words
 */
export async function answerSpeech(
  request: IncomingMessage,
  response: ServerResponse,
  parts: VoiceParts,
  refuse: (status: number, message?: string) => void,
): Promise<void> {
  const name = pieceNameOf(request);
  const fault = voiceFault(parts, name);
  if (fault?.kind === 'status') return refuse(fault.status);
  const read = asked.safeParse(anyJson(await textOf(request)));
  if (!read.success) return refuse(400, z.prettifyError(read.error));
  const { input, voice } = read.data;
  await streamVoice(response, parts, { name, text: input, voice: voiceOf(voice), rateHz: RATE_HZ }, fault);
}
