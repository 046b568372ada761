import { z } from 'zod';

/** What a vendor's account bears; absent: as much as is asked. */
export interface VendorLimits {
  atOnce?: number;
  perMinute?: number;
}

const isLimit = (entry: string) => /^[^/\s:]+(:(atOnce|perMinute)=[1-9]\d{0,6}){1,2}$/.test(entry);

/** By vendor: `elevenlabs:atOnce=10,openai:atOnce=50:perMinute=500`. The same for every process that asks. */
export const PROVIDER_LIMITS_VARIABLE = {
  PROVIDER_LIMITS: z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .pipe(z.array(z.string().refine(isLimit, 'is not a list such as openai:atOnce=50:perMinute=500')))
    .transform((entries) => new Map(entries.map(limitsOf)))
    .optional()
    .describe('what vendors’ accounts bear, over all processes'),
};

/** For a gate of providers. @param limits by vendor */
export const limitsByName =
  (limits: ReadonlyMap<string, VendorLimits> | undefined) =>
  ({ name }: { name: string }): VendorLimits =>
    limits?.get(name.split('/')[0] ?? '') ?? {};

function limitsOf(entry: string): [vendor: string, limits: VendorLimits] {
  const [vendor = '', ...most] = entry.split(':');
  return [vendor, Object.fromEntries(most.map((each) => each.split('=')).map(([of, count]) => [of, Number(count)]))];
}
