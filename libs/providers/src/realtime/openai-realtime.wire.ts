import {
  type Message,
  type ModelFunction,
  type ModelUsage,
  type ProviderFailure,
  type SpeechToSpeechOptions,
} from '@app/conversation/ports';
import { z } from 'zod';
import { endpoint } from '../vendor-config.js';
import { formatOf } from './realtime-sound.js';
import { parseMessage, shaped } from '../wire-message.js';

export const sessionUrl = ({ url: base, model }: { url: string; model: string }): URL => {
  const url = endpoint(base, '/realtime');
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('model', model);
  return url;
};

/** Turns are taken by the conversation: their detector is off, and so is their transcript of the caller. */
export const sessionUpdate = ({ voiceId, rateHz }: SpeechToSpeechOptions): object => ({
  type: 'session.update',
  session: {
    type: 'realtime',
    output_modalities: ['audio'],
    audio: {
      input: { format: formatOf(rateHz), turn_detection: null },
      output: { format: formatOf(rateHz), voice: voiceId },
    },
  },
});

export const appended = (audio: string): string => `{"type":"input_audio_buffer.append","audio":"${audio}"}`;

/** How something that was said stands in their history. */
export function itemsOf(message: Exclude<Message, { role: 'system' }>): object[] {
  switch (message.role) {
    case 'caller':
      return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: message.text }] }];
    case 'function':
      return [{ type: 'function_call_output', call_id: message.id, output: message.resultJson }];
    case 'agent': {
      const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: message.text }] };
      const calls = (message.calls ?? []).map(({ id, name, argumentsJson }) => ({
        type: 'function_call',
        call_id: id,
        name,
        arguments: argumentsJson,
      }));
      return [...(message.text === '' ? [] : [said]), ...calls];
    }
  }
}

export const toolOf = ({ name, description, parameters }: ModelFunction): object => ({
  type: 'function',
  name,
  description,
  parameters,
});

/** Beside the history: what is read is not an answer to anything. */
export const readingOf = (text: string, language: string): object => ({
  conversation: 'none',
  output_modalities: ['audio'],
  instructions: `Read the text of the message aloud in ${language}, word for word. Do not answer it, and add nothing.`,
  tools: [],
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
});

const FAULT = z.object({ type: z.string().nullish(), code: z.string().nullish(), event_id: z.string().nullish() });
const TOKENS = z.number().nullish();
const USAGE = z.object({
  input_tokens: TOKENS,
  output_tokens: TOKENS,
  input_token_details: z
    .object({
      cached_tokens: TOKENS,
      audio_tokens: TOKENS,
      cached_tokens_details: z.object({ audio_tokens: TOKENS }).nullish(),
    })
    .nullish(),
  output_token_details: z.object({ audio_tokens: TOKENS }).nullish(),
});
const RESPONSE = z.object({
  id: z.string(),
  status: z.string().nullish(),
  status_details: z.object({ reason: z.string().nullish(), error: FAULT.nullish() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  usage: USAGE.nullish(),
});
const OF_RESPONSE = { response_id: z.string(), item_id: z.string() };
const NEWS = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.created'), response: RESPONSE }),
  z.object({ type: z.literal('response.done'), response: RESPONSE }),
  z.object({
    type: z.literal('response.output_item.added'),
    response_id: z.string(),
    item: z.object({ id: z.string(), type: z.string(), name: z.string().nullish() }),
  }),
  z.object({ type: z.literal('response.output_audio.delta'), ...OF_RESPONSE, delta: z.string() }),
  z.object({ type: z.literal('response.output_audio_transcript.delta'), ...OF_RESPONSE, delta: z.string() }),
  z.object({
    type: z.literal('response.function_call_arguments.done'),
    ...OF_RESPONSE,
    call_id: z.string(),
    name: z.string().nullish(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('input_audio_buffer.committed'), item_id: z.string() }),
  z.object({ type: z.literal('session.created'), session: z.object({ expires_at: z.number().nullish() }) }),
  z.object({ type: z.literal('error'), error: FAULT }),
]);
const ANY = z.object({ type: z.string() });

export type RealtimeNews = z.infer<typeof NEWS>;
const KNOWN: ReadonlySet<string> = new Set(NEWS.options.map(({ shape }) => shape.type.value));

/** Undefined for what is of no use here. @throws ProviderError when it does not follow their documentation */
export function readNews(provider: string, json: string): RealtimeNews | undefined {
  const message = parseMessage(json);
  const { type } = shaped(provider, ANY, message);
  return KNOWN.has(type) ? shaped(provider, NEWS, message) : undefined;
}

export const usageOf = (usage: z.infer<typeof USAGE> | null | undefined): ModelUsage | null =>
  usage
    ? {
        inputTokens: usage.input_tokens ?? 0,
        cachedInputTokens: usage.input_token_details?.cached_tokens ?? 0,
        outputTokens: usage.output_tokens ?? 0,
        audio: {
          inputTokens: usage.input_token_details?.audio_tokens ?? 0,
          cachedInputTokens: usage.input_token_details?.cached_tokens_details?.audio_tokens ?? 0,
          outputTokens: usage.output_token_details?.audio_tokens ?? 0,
        },
      }
    : null;

/** Their names of faults are not all listed: what is not known to pass is taken for a refusal. */
export function failureOf(fault: {
  type?: string | null | undefined;
  code?: string | null | undefined;
}): ProviderFailure {
  const name = `${fault.type ?? ''} ${fault.code ?? ''}`;
  if (/rate_limit|overloaded|too_many/.test(name)) return 'overloaded';
  return /server_error|internal|session_expired|timeout/.test(name) ? 'unreachable' : 'refused';
}
