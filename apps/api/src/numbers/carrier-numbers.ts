import type { Logger } from '@app/boot';
import type { Clock } from '@app/kernel';
import { type LiveRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { RINGOVER_REQUEST_INTERVAL_MS, RingoverRest, type RingoverRestSettings } from '@app/telephony';

/** The numbers that an account at a carrier has. */
export interface CarrierNumbers {
  carrier: string;
  /** @throws CarrierError */
  list(): Promise<{ e164: string; label: string }[]>;
}
/** Undefined where no carrier can be asked. */
export const CARRIER_NUMBERS = Symbol('numbers at the carrier');

export interface CarrierNumbersParts {
  redis: LiveRedis;
  clock: Clock;
  log: Logger;
}

/** Requests are counted with all others of the account. */
export function ringoverNumbers(
  rest: RingoverRestSettings,
  { redis, clock, log }: CarrierNumbersParts,
): CarrierNumbers {
  const onAlone = (alone: boolean) => log.warn({ alone }, 'requests to the carrier are counted by this process alone');
  const gate = new RedisRequestGate(redis, clock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS, onAlone });
  const ringover = new RingoverRest(rest, { gate, toggles: new RedisToggleStates(redis), clock, fetch });
  return {
    carrier: 'ringover',
    list: async () => (await ringover.ask('numbers', {})).map(({ e164, label }) => ({ e164, label: label ?? '' })),
  };
}
