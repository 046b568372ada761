import { ProviderError } from '@app/conversation/ports';
import type { z } from 'zod';

/** A message of theirs before anything is known of it; what is no JSON is a message of no shape. */
export function parseMessage(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // the error would quote what the caller said
  }
}

/** The message as it should be. @throws ProviderError `unreadable`, which repeats nothing of it */
export function shaped<T>(provider: string, schema: z.ZodType<T>, message: unknown): T {
  const { data, error: cause } = schema.safeParse(message);
  if (data === undefined) throw new ProviderError(provider, 'unreadable', { cause });
  return data;
}
