import { z } from 'zod';

const node: z.ZodType<SchemaNode> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), node).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.unknown().optional(),
    items: node.optional(),
  }),
);

/** A part of a JSON Schema, as far as strict mode knows it. */
export interface SchemaNode {
  type?: string | undefined;
  enum?: unknown[] | undefined;
  properties?: Record<string, SchemaNode> | undefined;
  required?: string[] | undefined;
  additionalProperties?: unknown;
  items?: SchemaNode | undefined;
}

/** `response_format`: only the one that asks for a shape. */
export const responseFormat = z.looseObject({
  type: z.literal('json_schema'),
  json_schema: z.looseObject({
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    strict: z.boolean().nullish(),
    schema: node,
  }),
});
export type ResponseFormat = z.output<typeof responseFormat>;

/** Keywords that strict mode knew none of when this was written, of those that a schema library likes to write. */
const UNKNOWN = ['minLength', 'maxLength', '$ref', 'allOf', 'not', 'patternProperties'];

/** What strict mode refuses in a schema; undefined: nothing. */
export function strictFaultOf({ json_schema: { name, strict, schema } }: ResponseFormat): string | undefined {
  const fault = strict ? faultIn(schema, []) : undefined;
  return fault && `Invalid schema for response_format '${name}': ${fault}`;
}

function faultIn(part: SchemaNode, path: readonly string[]): string | undefined {
  const context = `In context=(${path.map((name) => `'${name}'`).join(', ')})`;
  const unknown = UNKNOWN.find((keyword) => keyword in part);
  if (unknown) return `${context}, '${unknown}' is not permitted.`;
  if (part.type === 'object') {
    if (part.additionalProperties !== false)
      return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(part.properties ?? {}).find((name) => !part.required?.includes(name));
    if (missing) return `${context}, 'required' is required to include every key in properties. Missing '${missing}'.`;
  }
  const inside = [
    ...Object.entries(part.properties ?? {}).map(([name, child]) => [['properties', name], child] as const),
    ...(part.items ? [[['items'], part.items] as const] : []),
  ];
  return inside.map(([names, child]) => faultIn(child, [...path, ...names])).find((fault) => fault !== undefined);
}
