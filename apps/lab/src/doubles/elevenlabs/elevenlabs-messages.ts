import { encodeMulaw, pcmToBase64, type SampleRateHz } from '@app/audio';
import { z } from 'zod';
import type { Alignment } from './alignment.js';

/** What a client may send. A context's first message may also bring settings, which change nothing here. */
export const clientMessage = z.looseObject({
  text: z.string().nullish(),
  context_id: z.string().nullish(),
  flush: z.boolean().nullish(),
  close_context: z.boolean().nullish(),
  close_socket: z.boolean().nullish(),
  xi_api_key: z.string().nullish(),
  authorization: z.string().nullish(),
});
export type ClientMessage = z.output<typeof clientMessage>;

/** What stands in the socket's address. */
export const socketQuery = z.object({
  output_format: z
    .enum(['pcm_8000', 'pcm_16000', 'pcm_24000', 'ulaw_8000'])
    .transform((name) => ({ law: name.slice(0, name.indexOf('_')), rateHz: Number(/\d+/.exec(name)) as SampleRateHz })),
  auto_mode: z.stringbool().default(false),
  inactivity_timeout: z.coerce.number().int().min(1).max(180).default(20),
});
export type SocketQuery = z.output<typeof socketQuery>;
export type OutputFormat = SocketQuery['output_format'];

export const audioMessage = (audio: string, alignment: Alignment | null, contextId: string): object => ({
  audio,
  alignment,
  normalizedAlignment: alignment,
  contextId,
});

export const finalMessage = (contextId: string): object => ({ audio: null, isFinal: true, contextId });

/** Told before a socket is closed with the same code. */
export const errorMessage = (error: string, message: string): object => ({ message, error, code: 1_008 });

export function encoded(samples: Int16Array, { law }: OutputFormat): string {
  if (law === 'pcm') return pcmToBase64(samples);
  return Buffer.from(encodeMulaw(samples, new Uint8Array(samples.length))).toString('base64');
}
