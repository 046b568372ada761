import { z } from 'zod';
import { announce, type OfferedFunction } from './offered-function.js';

/** Where a call may be sent. */
export interface TransferDestination {
  /** As an agent speaks of it: `reception`. */
  name: string;
  e164: string;
}

/** @param destinations at least one: without any there is nothing to offer */
export function transferCall(destinations: readonly TransferDestination[]): OfferedFunction {
  const list = destinations.map(({ name, e164 }) => `${name}: ${e164}`).join('; ');
  return announce({
    name: 'transfer-call',
    description: `Transfers the caller to a person, once your next sentence has been heard. Destinations: ${list}.`,
    effect: 'transfers-call',
    arguments: z.strictObject({
      to: z.enum(destinations.map(({ e164 }) => e164)).describe('The number of one of the destinations.'),
      summary: z
        .string()
        .max(500)
        .optional()
        .describe('For the person, in one or two sentences: who calls, and what they want.'),
    }),
  });
}
