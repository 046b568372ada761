import type { Message, ModelFunctionCall, ModelRequest } from '@app/conversation/ports';
import { type Content, type GenerateContentParameters, type Part, ThinkingLevel } from '@google/genai';
import { type AnswerLayout, layoutOf } from './gemini.wire.js';
import { isObject, jsonObject } from './json-object.js';

/** `default` leaves it to the model; not every model takes every level. */
export type GeminiThinking = 'minimal' | 'low' | 'medium' | 'high' | 'default';

const LEVELS: Readonly<Record<Exclude<GeminiThinking, 'default'>, ThinkingLevel>> = {
  minimal: ThinkingLevel.MINIMAL,
  low: ThinkingLevel.LOW,
  medium: ThinkingLevel.MEDIUM,
  high: ThinkingLevel.HIGH,
};
/** Thoughts count towards the bound of an answer; so many are allowed on top. */
const THOUGHT_TOKENS = 2_000;
/** A call in the open turn goes without a signature when another model made it: so they say that it is none of theirs. */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator';
/** A conversation begins with the other side: here it is the agent who speaks first. */
const OPENING = '(The caller is on the line.)';

interface Asked {
  /** `gemini/<model>`. */
  name: string;
  model: string;
  thinking: GeminiThinking;
}

/** The prompt is cached by its vendor, by prefix, without being asked. */
export function requestOf({ name, model, thinking }: Asked, request: ModelRequest): GenerateContentParameters {
  const { messages, functions, answerSchema, maxOutputTokens } = request;
  const system = messages.flatMap((message) => (message.role === 'system' ? [message.text] : [])).join('\n\n');
  const declared = functions.map(({ name: called, description, parameters }) => ({ name: called, description, parametersJsonSchema: parameters })); // prettier-ignore
  return {
    model,
    contents: contentsOf(name, messages),
    config: {
      ...(system && { systemInstruction: system }),
      ...(declared.length > 0 && !answerSchema && { tools: [{ functionDeclarations: declared }] }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens: maxOutputTokens + THOUGHT_TOKENS }),
      ...(thinking !== 'default' && { thinkingConfig: { thinkingLevel: LEVELS[thinking] } }),
      ...(answerSchema && { responseMimeType: 'application/json', responseJsonSchema: answerSchema.schema }),
    },
  };
}

/** What follows each other of one side is one content of it. */
function contentsOf(name: string, messages: readonly Message[]): Content[] {
  const openTurn = messages.findLastIndex(({ role }) => role === 'caller');
  const unnamed = new Set<string>(); // calls to which they gave no id: their results have none either
  const contents: { role: string; parts: Part[] }[] = [];
  for (const [n, message] of messages.entries()) {
    const role = message.role === 'agent' ? 'model' : 'user';
    const parts = partsOf(message, { name, unnamed, open: n > openTurn });
    if (parts.length === 0) continue;
    const last = contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  return contents[0]?.role === 'user' ? contents : [{ role: 'user', parts: [{ text: OPENING }] }, ...contents];
}

const textOf = (text: string): Part[] => (text.trim() === '' ? [] : [{ text }]);

interface Place {
  name: string;
  unnamed: Set<string>;
  /** Behind the caller's last words: here they check signatures. */
  open: boolean;
}

function partsOf(message: Message, place: Place): Part[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'caller':
      return textOf(message.text);
    case 'function': {
      const { id, name, resultJson } = message;
      const response = resultOf(resultJson);
      return [{ functionResponse: { name, response, ...(!place.unnamed.has(id) && { id }) } }];
    }
    case 'agent': {
      const { text, calls = [], vendorParts } = message;
      const layout = vendorParts?.model === place.name ? layoutOf(vendorParts.json) : [];
      return agentParts(text, calls, layout, place);
    }
  }
}

/** Parts of their own as they came and where they stood; what was heard in place of the text; calls that are still told. */
function agentParts(
  text: string,
  calls: readonly ModelFunctionCall[],
  layout: AnswerLayout,
  { unnamed, open }: Place,
): Part[] {
  const [texts, left] = [textOf(text), new Map(calls.map((call) => [call.id, call]))];
  const parts: Part[] = [];
  for (const place of layout) {
    if (!('part' in place) || 'call' in place) parts.push(...texts.splice(0));
    const isTold = 'call' in place && left.delete(place.call);
    if ('part' in place && (isTold || !('call' in place))) parts.push(place.part);
    if ('call' in place && !place.part.functionCall?.id) unnamed.add(place.call);
  }
  const foreign = [...left.values()].map((call, n) => ({
    functionCall: { id: call.id, name: call.name, args: jsonObject(call.argumentsJson) },
    ...(open && n === 0 && { thoughtSignature: FOREIGN_SIGNATURE }),
  }));
  return [...parts, ...texts, ...foreign];
}

/** They want an object. */
function resultOf(resultJson: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(resultJson);
    return isObject(value) ? value : { result: value };
  } catch {
    return { result: resultJson };
  }
}
