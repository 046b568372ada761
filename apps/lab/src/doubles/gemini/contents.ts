import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChatMessage, ChatTool } from '../openai/chat.js';

const functionCall = z.looseObject({
  id: z.string().optional(),
  name: z.string().min(1),
  args: z.record(z.string(), z.unknown()).default({}),
});
const functionResponse = z.looseObject({
  id: z.string().optional(),
  name: z.string().min(1),
  response: z.record(z.string(), z.unknown()),
});
const part = z.looseObject({
  text: z.string().optional(),
  functionCall: functionCall.optional(),
  functionResponse: functionResponse.optional(),
  thoughtSignature: z.string().optional(),
});
const content = z.looseObject({ role: z.enum(['user', 'model']).default('user'), parts: z.array(part).min(1) });
const declaration = z.looseObject({
  name: z.string().regex(/^[a-zA-Z_][\w.:-]{0,127}$/),
  description: z.string().optional(),
  parametersJsonSchema: z.looseObject({ type: z.literal('object') }).optional(),
});

/** `POST /v1/models/<model>:streamGenerateContent`. */
export const contentRequest = z.looseObject({
  contents: z.array(content).min(1),
  systemInstruction: z.looseObject({ parts: z.array(part) }).optional(),
  tools: z.array(z.looseObject({ functionDeclarations: z.array(declaration).optional() })).optional(),
});

export type ContentRequest = z.output<typeof contentRequest>;
type Content = z.output<typeof content>;
type Part = z.output<typeof part>;

/** Says that a call was made by another model. */
const FOREIGN = 'skip_thought_signature_validator';

export const signatureOf = ({ name, args }: { name: string; args: unknown }): string =>
  createHash('sha256')
    .update(`double:${name}:${JSON.stringify(args)}`)
    .digest('base64');

/** What theirs refuses although each part is well formed; undefined: nothing. */
export function faultOf({ contents }: ContentRequest): string | undefined {
  const openTurn = contents.findLastIndex(({ role, parts }) => role === 'user' && parts.some((each) => each.text));
  for (const [n, { role, parts }] of contents.entries()) {
    const calls = parts.filter((each) => each.functionCall);
    if (calls.length > 0 && (role !== 'model' || contents[n - 1]?.role !== 'user'))
      return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
    const answers = contents[n + 1]?.parts.filter((each) => each.functionResponse).length ?? 0;
    if (calls.length !== answers)
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    const unsigned = n > openTurn && !isSigned(calls[0]);
    if (unsigned) return 'Function call is missing a thought_signature in functionCall parts.';
  }
  return undefined;
}

/** Only the first of the calls that come together has one, and it must come back with it as it was. */
function isSigned(call: Part | undefined): boolean {
  if (!call?.functionCall) return true;
  return [FOREIGN, signatureOf(call.functionCall)].includes(call.thoughtSignature ?? '');
}

/** The same conversation as the receptionist reads one. */
export function conversationOf({ systemInstruction, contents }: ContentRequest): ChatMessage[] {
  const system = textIn(systemInstruction?.parts ?? []);
  const ids = new Ids();
  const first: ChatMessage[] = system ? [{ role: 'system', content: system }] : [];
  return [...first, ...contents.flatMap((each) => messagesIn(each, ids))];
}

const textIn = (parts: readonly Part[]): string => parts.flatMap((each) => each.text || []).join(' ');

/** Calls may come without an id: then the next result of that name is theirs. */
class Ids {
  #made = 0;
  readonly #open: { id: string; name: string }[] = [];

  ofCall({ id, name }: { id?: string | undefined; name: string }): string {
    const known = id ?? `call_${(this.#made += 1)}`;
    this.#open.push({ id: known, name });
    return known;
  }

  ofResult({ id, name }: { id?: string | undefined; name: string }): string {
    const at = this.#open.findIndex((each) => (id ? each.id === id : each.name === name));
    return at < 0 ? (id ?? '') : (this.#open.splice(at, 1)[0]?.id ?? '');
  }
}

function messagesIn({ role, parts }: Content, ids: Ids): ChatMessage[] {
  const said = textIn(parts);
  if (role === 'model') {
    const calls = parts.flatMap(
      ({ functionCall: call }) =>
      call ? [{ id: ids.ofCall(call), type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } }] : [], // prettier-ignore
    );
    return [{ role: 'assistant', content: said || null, ...(calls.length > 0 && { tool_calls: calls }) }];
  }
  const results = parts.flatMap(({ functionResponse: told }): ChatMessage[] =>
    told ? [{ role: 'tool', tool_call_id: ids.ofResult(told), content: JSON.stringify(told.response) }] : [],
  );
  return said ? [...results, { role, content: said }] : results;
}

export const toolsOf = ({ tools = [] }: ContentRequest): ChatTool[] =>
  tools.flatMap(({ functionDeclarations = [] }) =>
    functionDeclarations.map(({ name, description, parametersJsonSchema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
  );
