import type { OpenAPIObject } from '@nestjs/swagger';

/** As much of a schema of OpenAPI 3.1 as is read here. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string | string[];
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  minimum?: number;
}
interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: unknown;
}
interface Operation {
  requestBody?: { content?: Record<string, Content> };
  responses?: Record<string, { content?: Record<string, Content> }>;
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '019a9c4e-3f6b-7c21-9a53-0d1c5b0a7e11',
  'date-time': '2026-11-21T12:00:00.000Z',
  email: 'ada@example.com',
};

/** Gives every JSON body of every operation an example, made of those of its members. Changes the document. */
export function addExamples(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const path of Object.values(document.paths))
    for (const operation of Object.values(path) as Operation[]) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses ?? {})];
      for (const body of bodies) {
        const json = body?.content?.['application/json'];
        if (json?.schema && json.example === undefined) json.example = exampleOf(json.schema, schemas);
      }
    }
  return document;
}

function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): unknown {
  const { $ref, allOf, example, properties, items, type } = schema;
  if (example !== undefined) return example;
  if ($ref !== undefined) return exampleOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (allOf?.[0]) return exampleOf(allOf[0], schemas);
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, exampleOf(member, schemas)]));
  const [kind] = [type].flat();
  if (kind === 'array') return items ? [exampleOf(items, schemas)] : [];
  return ofScalar(schema, kind);
}

function ofScalar({ enum: values, default: usual, format, minimum }: Schema, kind: string | undefined): unknown {
  if (values) return values[0];
  if (usual !== undefined) return usual;
  if (kind === 'integer' || kind === 'number') return minimum ?? 1;
  if (kind === 'boolean') return true;
  if (kind === 'string') return BY_FORMAT[format ?? ''] ?? 'text';
  return kind === 'object' ? {} : null;
}
