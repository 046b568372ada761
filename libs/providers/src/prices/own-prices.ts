import { z } from 'zod';
import type { Price } from './price.js';

const usd = z.number().min(0).max(1_000_000);
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-11-21');
const provider = z.string().regex(/^[a-z0-9-]+\/\S+$/, 'must be vendor/model, or vendor/*');

const tokens = z.strictObject({
  input: usd,
  cachedInput: usd.optional(),
  writtenInput: usd.optional(),
  output: usd,
  audio: z.strictObject({ input: usd, cachedInput: usd, output: usd }).optional(),
});
const about = {
  provider,
  from: day.optional(),
  until: day.optional(),
  /** Told of it in the answers; a contract's number, or a name. */
  source: z.string().trim().min(1).default('PRICES'),
};

const ofStage = z.discriminatedUnion('stage', [
  z.strictObject({ stage: z.literal('model'), ...about, perMillionTokens: tokens }),
  z.strictObject({ stage: z.literal('recogniser'), ...about, perMinute: usd }),
  z
    .strictObject({ stage: z.literal('voice'), ...about, perThousandCharacters: usd.optional(), perMinute: usd.optional() })
    .refine((price) => (price.perMinute === undefined) !== (price.perThousandCharacters === undefined), {
      message: 'must have perThousandCharacters or perMinute',
    }),
]); // prettier-ignore

type OwnPrice = z.output<typeof ofStage>;

/** What this installation pays, in place of the vendors' lists: a JSON list. The same for every process. */
export const PRICES_VARIABLE = {
  PRICES: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.array(ofStage))
    .transform((prices) => prices.map(priceOf))
    .optional()
    .describe('US dollars by contract, as a JSON list; without it, vendors’ list prices'),
};

function priceOf({ stage, provider: name, from, until, source, ...own }: OwnPrice): Price {
  return {
    ...{ stage, provider: name, source, knownFrom: 'operator', date: from ?? null },
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    rate: rateOf(own),
  };
}

function rateOf(own: {
  perMillionTokens?: z.output<typeof tokens>;
  perThousandCharacters?: number | undefined;
  perMinute?: number | undefined;
}): Price['rate'] {
  if (own.perMillionTokens) return { perMillionTokens: withoutGaps(own.perMillionTokens) };
  if (own.perThousandCharacters !== undefined) return { perThousandCharacters: own.perThousandCharacters };
  return { perMinute: own.perMinute ?? 0 };
}

const withoutGaps = ({ cachedInput, writtenInput, audio, ...rate }: z.output<typeof tokens>) => ({
  ...rate,
  ...(cachedInput !== undefined && { cachedInput }),
  ...(writtenInput !== undefined && { writtenInput }),
  ...(audio && { audio }),
});
