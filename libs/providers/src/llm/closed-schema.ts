import { isObject } from './json-object.js';

/** The same JSON Schema in which no object takes more than it names: what vendors that keep to a schema want. */
export function closedSchema(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedValue(value)]));
  return schema['type'] === 'object' ? { ...closed, additionalProperties: false } : closed;
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return isObject(value) ? closedSchema(value) : value;
}
