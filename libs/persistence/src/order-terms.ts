import type { OnMachine } from '@app/conversation/ports';
import { z } from 'zod';
import { CONSENT_PURPOSES } from './contact-book.store.js';
import { openingHours, opensAt } from './opening-hours.js';

/** After which of them somebody is called again. `machine`: a machine took the call, and got no message. */
export const RETRIED = ['busy', 'no-answer', 'machine'] as const;

const onMachine = z.discriminatedUnion('then', [
  z.strictObject({ then: z.literal('hang-up') }),
  z.strictObject({ then: z.literal('leave-message'), text: z.string() }),
  z.strictObject({ then: z.literal('carry-on') }),
]) satisfies z.ZodType<OnMachine>;

/** What was ordered of a call besides whom to call: it holds for each of its tries. */
export const orderTerms = z.strictObject({
  /** ISO 8601: nobody is dialled after it. */
  notAfter: z.iso.datetime().nullable().default(null),
  /** Dialled only then, on a clock of their own. */
  hours: openingHours.nullable().default(null),
  /** Up to so many further tries, each so long after the one before it. */
  retries: z
    .strictObject({ after: z.array(z.enum(RETRIED)), most: z.int().min(0), waitS: z.int().min(1) })
    .default({ after: [], most: 0, waitS: 1 }),
  onMachine: onMachine.default({ then: 'carry-on' }),
  /** What the person must have agreed to. */
  consent: z.enum(CONSENT_PURPOSES).nullable().default(null),
});
export type OrderTerms = z.output<typeof orderTerms>;

/** From then on, the first moment at which it may be dialled; undefined: never. */
export function dialledFrom({ notAfter, hours }: OrderTerms, from: Date): Date | undefined {
  const at = hours ? opensAt(hours, from) : from;
  return at && (notAfter === null || at <= new Date(notAfter)) ? at : undefined;
}

/** When it is tried again; undefined: that was the last try. @param its `rung`: how often it rang in vain, this time included */
export function triedAgainAt(
  terms: OrderTerms,
  { rung, outcome, at }: { rung: number; outcome: string; at: Date },
): Date | undefined {
  const { after, most, waitS } = terms.retries;
  const met = RETRIED.find((one) => one === (outcome === 'voicemail' ? 'machine' : outcome));
  if (!met || !after.includes(met) || rung > most) return undefined;
  return dialledFrom(terms, new Date(at.getTime() + waitS * 1_000));
}
