import type { FunctionDefinition, FunctionResult } from '@app/conversation/ports';
import { z } from 'zod';

/** What a function knows of the run that it is for. */
export interface RunContext {
  /** Unique to this act, over all calls: what is made under it can be found again. */
  madeBy: string;
}

/** Does it. May throw: an error means that it is not known what came of it. */
export type Act = (context: RunContext) => Promise<FunctionResult>;

/** What is kept of a function: what a model is told, and how to do it with these arguments. */
export interface OfferedFunction {
  definition: FunctionDefinition;
  /** The act, or why these arguments cannot be worked with. A function that the conversation does itself has none. */
  prepare(argumentsJson: string): Act | FunctionResult;
}

/** A function as it stands in its file: its arguments are checked and described to the model by one zod schema. */
export function offer<Arguments extends z.ZodType>(
  of: Omit<FunctionDefinition, 'parameters'> & {
    arguments: Arguments;
    act(read: z.output<Arguments>, context: RunContext): Promise<FunctionResult>;
  },
): OfferedFunction {
  const { arguments: schema, act, ...told } = of;
  return {
    definition: { ...told, parameters: parametersOf(schema) },
    prepare(argumentsJson) {
      const read = readArguments(schema, argumentsJson);
      return read.ok ? (context) => act(read.value, context) : read;
    },
  };
}

/** A function that the conversation does itself; only its definition is needed. */
export function announce(
  of: Omit<FunctionDefinition, 'parameters' | 'timeoutMs'> & { arguments: z.ZodType },
): OfferedFunction {
  const { arguments: schema, ...told } = of;
  return {
    definition: { ...told, timeoutMs: 0, parameters: parametersOf(schema) },
    prepare: () => failed('refused', 'the conversation does this itself'),
  };
}

export const returned = (result: unknown): FunctionResult => ({ ok: true, resultJson: JSON.stringify(result) });

type Failed = Extract<FunctionResult, { ok: false }>;
export const failed = (failure: Failed['failure'], detail: string): Failed => ({ ok: false, failure, detail });

function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return parameters;
}

function readArguments<Schema extends z.ZodType>(
  schema: Schema,
  json: string,
): { ok: true; value: z.output<Schema> } | Failed {
  const parsed = parse(json.trim() === '' ? '{}' : json);
  if (parsed === undefined) return failed('invalid-arguments', 'the arguments are not JSON');
  const read = schema.safeParse(parsed);
  if (read.success) return { ok: true, value: read.data };
  const problems = read.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return failed('invalid-arguments', problems.join('; '));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
