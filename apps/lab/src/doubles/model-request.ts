import { z } from 'zod';
import { anyJson } from '../any-json.js';

/** A request to a model as its vendor's schema has it, or what is wrong with it; `faultOf` finds what a schema cannot say. */
export function readModelRequest<Request>(
  body: string,
  schema: z.ZodType<Request>,
  faultOf: (request: Request) => string | undefined,
): Request | string {
  const { data, error } = schema.safeParse(anyJson(body));
  return error ? z.prettifyError(error) : (faultOf(data) ?? data);
}
