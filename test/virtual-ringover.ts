import {
  type AskOptions,
  RINGOVER_REST_DEFAULTS,
  type RingoverAsked,
  type RingoverOperationName,
  RingoverRest,
  type RingoverRestParts,
  type RingoverRestSettings,
  type RingoverToggle,
} from '@app/telephony';
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
  /** What was asked of a region over HTTP, and answered as it should be: operations, toggles and hanging up, by name. */
  carriedOut: Record<Region, Set<string>>;
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
  const carriedOut = { eu: new Set<string>(), us: new Set<string>() };
  const client = (region: Region, { settings = {}, intervalMs = 0 }: ClientOptions = {}) =>
    new RememberingRest(
      carriedOut[region],
      { ...RINGOVER_REST_DEFAULTS, url: addresses[region], apiKey: LAB_KEYS[region], ...settings },
      {
        gate: new LocalRequestGate(systemClock, () => intervalMs),
        toggles: new MemoryToggleStates(),
        clock: systemClock,
        fetch,
      },
    );
  return { ringover, addresses, url, script, client, carriedOut, close: () => server.close() };
}

/** Remembers what was carried out. */
class RememberingRest extends RingoverRest {
  constructor(
    private readonly names: Set<string>,
    settings: RingoverRestSettings,
    parts: RingoverRestParts,
  ) {
    super(settings, parts);
  }

  override async ask<Name extends RingoverOperationName>(
    name: Name,
    input: RingoverAsked[Name]['with'],
    options?: AskOptions,
  ): Promise<RingoverAsked[Name]['gives']> {
    const answer = await super.ask(name, input, options);
    this.names.add(name);
    return answer;
  }

  override async hangUp(call: { channelId?: string; callId?: string }, options?: AskOptions): Promise<void> {
    await super.hangUp(call, options);
    this.names.add('hangUp');
  }

  override async switchTo(
    wanted: { channelId: string; toggle: RingoverToggle; on: boolean },
    options?: AskOptions,
  ): Promise<'switched' | 'already'> {
    const switched = await super.switchTo(wanted, options);
    this.names.add(`${wanted.toggle} ${wanted.on ? 'on' : 'off'}`);
    return switched;
  }
}

/** Every look at it is a second later: a server by it never says "too many". */
export function hurryingClock(): Clock {
  let looks = 0;
  return { ...systemClock, nowMs: () => 1_000 * (looks += 1) };
}
