import type { RingoverRestSettings } from '@app/telephony';
import { ringoverAccount, type RingoverAccountParts } from '../media/ringover-account.js';

/** The numbers that an account at a carrier has. */
export interface CarrierNumbers {
  carrier: string;
  /** @throws CarrierError */
  list(): Promise<{ e164: string; label: string }[]>;
}
/** Undefined where no carrier can be asked. */
export const CARRIER_NUMBERS = Symbol('numbers at the carrier');

export function ringoverNumbers(rest: RingoverRestSettings, parts: RingoverAccountParts): CarrierNumbers {
  const ringover = ringoverAccount(rest, parts);
  return {
    carrier: 'ringover',
    list: async () => (await ringover.ask('numbers', {})).map(({ e164, label }) => ({ e164, label: label ?? '' })),
  };
}
