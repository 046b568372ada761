/** What a text says as JSON; undefined where it is none: read by a schema, that is then a message of no shape. */
export function anyJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
