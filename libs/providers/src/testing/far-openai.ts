import type { ModelFunctionCall } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { FarModel, type FarWire } from './far-model.js';
import { FarServer } from './far-server.js';

export { HOLD } from './far-model.js';

const FINISH_REASONS = { stop: 'stop', functions: 'tool_calls', length: 'length', refused: 'content_filter' };

/** OpenAI's end of `/chat/completions`, streamed. */
export class FarOpenAi extends FarModel {
  static async open(clock: Clock): Promise<FarOpenAi> {
    return new FarOpenAi(await FarServer.open(), clock, WIRE);
  }
}

const chunk = (delta: Record<string, unknown>, finish: string | null = null): string =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });

const usage = (): string =>
  JSON.stringify({
    choices: [],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25, prompt_tokens_details: { cached_tokens: 12 } },
  });

const WIRE: FarWire = {
  path: '/v1',
  frame: (json) => `data: ${json}\n\n`,
  begin: () => [chunk({ role: 'assistant', content: '' })],
  text: (content) => [chunk({ content })],
  calls: (calls) => callDeltas(calls).map((delta) => chunk(delta)),
  end: (reason) => [chunk({}, FINISH_REASONS[reason]), usage()],
  closing: 'data: [DONE]\n\n',
  malformed: 'data: {"choices":[{"delta":{"content":"oops\n\n',
  refusal: () => ({ error: { message: 'You said: my name is Zoë', type: 'some_error', code: 'some_code' } }),
};

/** As they come: id and name first and once, arguments in fragments, those of several calls between each other. */
function callDeltas(calls: readonly ModelFunctionCall[]): Record<string, unknown>[] {
  const fragment = (index: number, part: Record<string, unknown>) => ({ tool_calls: [{ index, ...part }] });
  const begin = calls.map(({ id, name }, index) =>
    fragment(index, { id, type: 'function', function: { name, arguments: '' } }),
  );
  const half = ({ argumentsJson }: ModelFunctionCall) => Math.ceil(argumentsJson.length / 2);
  const fronts = calls.map((call, n) =>
    fragment(n, { function: { arguments: call.argumentsJson.slice(0, half(call)) } }),
  );
  const backs = calls.map((call, n) => fragment(n, { function: { arguments: call.argumentsJson.slice(half(call)) } }));
  return [...begin, ...fronts, ...backs];
}
