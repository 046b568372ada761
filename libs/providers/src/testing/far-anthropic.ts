import type { ModelFunctionCall } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { FarModel, type FarWire } from './far-model.js';
import { FarServer } from './far-server.js';

const STOP_REASONS = { stop: 'end_turn', functions: 'tool_use', length: 'max_tokens', refused: 'refusal' };

/** Anthropic's end of `/v1/messages`, streamed. */
export class FarAnthropic extends FarModel {
  static async open(clock: Clock): Promise<FarAnthropic> {
    return new FarAnthropic(await FarServer.open(), clock, WIRE);
  }
}

const event = (type: string, fields: Record<string, unknown> = {}): string => JSON.stringify({ type, ...fields });
const started = (index: number, block: Record<string, unknown>) =>
  event('content_block_start', { index, content_block: block });
const delta = (index: number, fields: Record<string, unknown>) =>
  event('content_block_delta', { index, delta: fields });
const stopped = (index: number) => event('content_block_stop', { index });

const usage = { input_tokens: 8, cache_creation_input_tokens: 3, cache_read_input_tokens: 12, output_tokens: 1 };

/** Their events carry their type twice: in their name, and in their data. */
function frame(json: string): string {
  const type = /"type":"(\w+)"/.exec(json)?.[1] ?? 'content_block_delta';
  return `event: ${type}\ndata: ${json}\n\n`;
}

const WIRE: FarWire = {
  path: '',
  frame,
  begin: () => [event('message_start', { message: { id: 'msg_1', role: 'assistant', content: [], usage } }), event('ping')], // prettier-ignore
  text: (text, index) => [
    ...(index === 0 ? [started(0, { type: 'text', text: '' })] : []),
    delta(0, { type: 'text_delta', text }),
  ],
  calls: (calls, texts) => [
    ...(texts > 0 ? [stopped(0)] : []),
    ...calls.flatMap((call, n) => callEvents(call, n + (texts > 0 ? 1 : 0))),
  ],
  end: (reason) => [
    event('message_delta', { delta: { stop_reason: STOP_REASONS[reason] }, usage: { output_tokens: 5 } }),
    event('message_stop'),
  ],
  closing: '',
  malformed: 'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"oops\n\n',
  refusal: () => ({ type: 'error', error: { type: 'some_error', message: 'You said: my name is Zoë' } }),
};

/** The first fragment of the arguments may be empty. */
const callEvents = ({ id, name, argumentsJson }: ModelFunctionCall, index: number): string[] => {
  const half = Math.ceil(argumentsJson.length / 2);
  const fragments = ['', argumentsJson.slice(0, half), argumentsJson.slice(half)];
  return [
    started(index, { type: 'tool_use', id, name, input: {} }),
    ...fragments.map((partial) => delta(index, { type: 'input_json_delta', partial_json: partial })),
    stopped(index),
  ];
};
