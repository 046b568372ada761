import { type Line, StoreError } from '@app/conversation/ports';
import { type RingingCall, RingingCalls, type Route, RoutedCalls } from '@app/live-state';
import type { StreamIds } from '@app/telephony';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ArrivedCall } from '../calls/arrived-call.js';
import { SecondLegs } from '../second-legs/second-legs.js';
import { InjectLogger, type Logger } from '../process-parts.js';

/** A stream without an id belongs to the only call that rang so lately. */
const RANG_WITHIN_MS = 10_000;
/** The same for one that was sent on to another carrier, which has to ring our number there first. */
const SENT_ON_WITHIN_MS = 20_000;

const SAYS_NOTHING: StreamIds = { callId: undefined, from: undefined, to: undefined };

export type StreamMatch = Pick<ArrivedCall, 'carrierCallId' | 'direction' | 'from' | 'to' | 'matchedBy' | 'ringingAt'>;

/** Finds out which call a stream of Ringover's is: by what it says of itself, else by what rings, else not at all. */
@Injectable()
export class StreamMatcher {
  constructor(
    @Inject(RingingCalls) private readonly ringing: Pick<RingingCalls, 'claimByCallId' | 'claimOnly'>,
    @Inject(RoutedCalls) private readonly routed: Pick<RoutedCalls, 'find'>,
    @InjectLogger() private readonly log: Logger,
    @Optional() @Inject(SecondLegs) private readonly legs?: Pick<SecondLegs, 'take'>,
  ) {}

  /**
   * Takes the call that rang from those that ring. Never rejects for a store that is gone: the caller waits.
   *
   * @param e164 our number, which was rung
   */
  async match(e164: string, ids: StreamIds): Promise<StreamMatch> {
    if (ids.callId !== undefined) {
      const rang = await this.#claim(this.ringing.claimByCallId('ringover', ids.callId));
      return matchOf(e164, ids, rang, { carrierCallId: ids.callId, matchedBy: 'metadata' });
    }
    const rang = await this.#claim(
      this.ringing.claimOnly({ carrier: 'ringover', number: e164, withinMs: RANG_WITHIN_MS }),
    );
    if (!rang || isOfAnother(rang, ids))
      return matchOf(e164, ids, undefined, { carrierCallId: null, matchedBy: 'none' });
    return matchOf(e164, ids, rang, { carrierCallId: rang.carrierCallId, matchedBy: 'ringing' });
  }

  /** Whether a call waits for this stream to be its second leg; then the line is that call's from now on. */
  async isSecondLeg(e164: string, match: StreamMatch, line: Line): Promise<boolean> {
    return (await this.legs?.take(e164, match, line)) ?? false;
  }

  /**
   * For connectors of other carriers: the call of Ringover's that smart routing sent to this number. It goes on as
   * Ringover's call, so that Ringover's webhooks, notes and history are its own. Undefined: no such call, or two of them,
   * or the stream shows neither the caller's number nor the one that was called.
   *
   * @param e164 our number at the other carrier, which was rung @param from as the other carrier tells it
   */
  async matchSentOn(e164: string, from: string | undefined): Promise<StreamMatch | undefined> {
    const at = { carrier: 'ringover', number: e164, withinMs: SENT_ON_WITHIN_MS, shown: from };
    const sent = await this.#claim(this.ringing.claimOnly(at));
    if (!sent) return undefined;
    return matchOf(e164, SAYS_NOTHING, sent, { carrierCallId: sent.carrierCallId, matchedBy: 'ringing' });
  }

  /**
   * Where the carrier was told to send this call, if it asked. The agent counts only at the number that was called: any
   * other number leads to an agent of its own. Never rejects for a store that is gone.
   */
  async routeOf(e164: string, carrierCallId: string | null): Promise<Pick<Route, 'agentId' | 'routedBy'> | undefined> {
    if (carrierCallId === null) return undefined;
    const route = await this.#claim(this.routed.find('ringover', carrierCallId));
    return route && { routedBy: route.routedBy, agentId: route.number === e164 ? route.agentId : null };
  }

  async #claim<Found>(claim: Promise<Found | undefined>): Promise<Found | undefined> {
    try {
      return await claim;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.log.warn({ error }, 'stream matched without what rings');
      return undefined;
    }
  }
}

/** What the stream says of itself contradicts the call that rang: nobody is to be greeted by another's name. */
const isOfAnother = (rang: RingingCall, { from }: StreamIds): boolean =>
  from !== undefined && rang.from !== null && from !== rang.from;

function matchOf(
  e164: string,
  ids: StreamIds,
  rang: RingingCall | undefined,
  found: Pick<StreamMatch, 'carrierCallId' | 'matchedBy'>,
): StreamMatch {
  const from = ids.from ?? rang?.from ?? null;
  return {
    ...found,
    direction: from === e164 ? 'outbound' : 'inbound',
    from,
    to: ids.to ?? rang?.to ?? null,
    ringingAt: rang ? new Date(rang.atMs) : null,
  };
}
