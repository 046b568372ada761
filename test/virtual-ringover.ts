import { RINGOVER_REST_DEFAULTS, RingoverRest, type RingoverRestSettings } from '@app/telephony';
import { type Clock, systemClock } from '@app/kernel';
import { LocalRequestGate } from '@app/live-state';
import { MemoryToggleStates } from '@app/conversation/testing';
import { LAB_KEYS, type VirtualRingover } from '../apps/lab/src/ringover/rest/virtual-ringover.js';
import { playRingover, RingoverServer } from '../apps/lab/src/ringover/rest/ringover-server.js';
import type { DialHooks, DialScript } from '../apps/lab/src/ringover/rest/dial-script.js';

export type Region = 'eu' | 'us';

/** A virtual Ringover that is listened to over HTTP, and clients of it. */
export interface ServedRingover {
  ringover: VirtualRingover;
  addresses: Record<Region, string>;
  /** Behind which its control paths stand. */
  url: string;
  script: DialScript;
  client(region: Region, options?: ClientOptions): RingoverRest;
  close(): Promise<void>;
}

export interface ClientOptions {
  settings?: Partial<RingoverRestSettings>;
  intervalMs?: number;
}

/** @param clock of the server: its limit goes by it */
export async function servedRingover(clock: Clock = systemClock, hooks?: DialHooks): Promise<ServedRingover> {
  const played = playRingover(clock, hooks);
  const { ringover, script } = played;
  const server = new RingoverServer(played);
  const { eu, us, url } = await server.listen();
  const addresses = { eu, us };
  const client = (region: Region, { settings = {}, intervalMs = 0 }: ClientOptions = {}) =>
    new RingoverRest(
      { ...RINGOVER_REST_DEFAULTS, url: addresses[region], apiKey: LAB_KEYS[region], ...settings },
      {
        gate: new LocalRequestGate(systemClock, () => intervalMs),
        toggles: new MemoryToggleStates(),
        clock: systemClock,
        fetch,
      },
    );
  return { ringover, addresses, url, script, client, close: () => server.close() };
}

/** Every look at it is a second later: a server by it never says "too many". */
export function hurryingClock(): Clock {
  let looks = 0;
  return { ...systemClock, nowMs: () => 1_000 * (looks += 1) };
}
