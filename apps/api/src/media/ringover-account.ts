import type { Logger } from '@app/boot';
import type { Clock } from '@app/kernel';
import { type LiveRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { RINGOVER_REQUEST_INTERVAL_MS, RingoverRest, type RingoverRestSettings } from '@app/telephony';
import { RestHangUps } from './rest-hang-ups.js';

export interface RingoverAccountParts {
  redis: LiveRedis;
  clock: Clock;
  log: Logger;
}

/** Asks Ringover over REST; requests are counted with all others of the account, whichever process sends them. */
export function ringoverAccount(rest: RingoverRestSettings, { redis, clock, log }: RingoverAccountParts): RingoverRest {
  const onAlone = (alone: boolean) => log.warn({ alone }, 'requests to the carrier are counted by this process alone');
  const gate = new RedisRequestGate(redis, clock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS, onAlone });
  return new RingoverRest(rest, { gate, toggles: new RedisToggleStates(redis), clock, fetch });
}

/** Undefined where no path is configured: it is not public. */
export function hangUpsOf(
  rest: RingoverRestSettings,
  { ringover, log }: { ringover: RingoverRest; log: Logger },
): RestHangUps | undefined {
  const path = rest.hangUp?.path;
  if (path === undefined) return undefined;
  return new RestHangUps({ rest: ringover, isByChannel: path.includes('{channel_id}'), log });
}
