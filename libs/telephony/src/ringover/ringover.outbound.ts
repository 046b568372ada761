import type { CarriedCall, DialOrder, DialOutcome, OutboundCarrier } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { RingoverCurrentCall, RingoverPastCall } from './rest/rest.calls.js';
import type { RingoverRest } from './rest/ringover-rest.js';

/** `callback` rings a user first, who then is connected with the callee; `ivr-callback` rings the callee at once. */
export type RingoverOutboundWay = { by: 'ivr-callback'; ivrId: string } | { by: 'callback'; userNumber: string };

/** Clocks of theirs and ours: a call that began a little before it was asked for. */
const CLOCKS_APART_MS = 30_000;
const MOST_CALLS = 1_000;

/**
 * `last_state` of the history, an open list, in our words. What is not in it has failed. That a busy line is told as
 * `FAILED` is assumed: no state of theirs says busy.
 */
const OUTCOMES: Readonly<Record<string, DialOutcome>> = {
  ANSWERED: 'answered',
  BLIND_TRANSFERED: 'answered',
  PERMANENT_TRANSFERED: 'answered',
  BUSY: 'busy',
  FAILED: 'busy',
  MISSED: 'no-answer',
  NOANSWER_TRANSFERED: 'no-answer',
  CANCELLED: 'no-answer',
  VOICEMAIL: 'voicemail',
  VOICEMAIL_ANSWERED: 'voicemail',
};

/** Places calls by Ringover's REST interface. */
export class RingoverOutbound implements OutboundCarrier {
  constructor(
    private readonly rest: Pick<RingoverRest, 'ask'>,
    private readonly settings: RingoverOutboundWay,
    private readonly clock: Clock,
  ) {}

  get way(): string {
    return this.settings.by;
  }

  get callsFrom(): string | null {
    return this.settings.by === 'callback' ? this.settings.userNumber : null;
  }

  async dial({ from, to, ringS }: DialOrder, signal: AbortSignal) {
    const { settings } = this;
    const { callId: carrierCallId, channelId } =
      settings.by === 'callback'
        ? await this.rest.ask('callback', { from, to, ringS }, { signal })
        : await this.rest.ask('ivrCallback', { ivrId: settings.ivrId, from, to, ringS }, { signal });
    return { carrierCallId, channelId: channelId ?? null };
  }

  async placedSince(since: Date): Promise<CarriedCall[]> {
    const from = new Date(since.getTime() - CLOCKS_APART_MS);
    const to = new Date(this.clock.date().getTime() + CLOCKS_APART_MS);
    // in this order: one that ends in between stands in the history
    const current = await this.rest.ask('currentCalls', { direction: 'outbound', limit: MOST_CALLS });
    const past = await this.rest.ask('calls', { from, to, limit: MOST_CALLS });
    const over = past.calls.filter(({ direction }) => direction !== 'inbound').map(pastCall);
    const ids = new Set(over.map(({ carrierCallId }) => carrierCallId));
    const now = current.calls.filter(({ direction, callId }) => direction !== 'inbound' && !ids.has(callId));
    return [...now.map(currentCall), ...over];
  }
}

const currentCall = ({ callId, channelId, from, to, startedAt, status }: RingoverCurrentCall): CarriedCall => ({
  carrierCallId: callId,
  channelId: channelId ?? null,
  from: from ?? null,
  to: to ?? null,
  startedAt: startedAt ?? null,
  outcome: status === 'ANSWERED' ? 'answered' : null,
  isOver: false,
});

const pastCall = (call: RingoverPastCall): CarriedCall => ({
  carrierCallId: call.callId,
  channelId: call.channelId ?? null,
  from: call.from ?? null,
  to: call.to ?? null,
  startedAt: call.startedAt ?? null,
  outcome: outcomeOf(call),
  isOver: true,
});

function outcomeOf({ lastState, isMachine, isAnswered }: RingoverPastCall): DialOutcome {
  if (isMachine) return 'voicemail';
  const told = lastState === undefined ? undefined : OUTCOMES[lastState];
  return told ?? (isAnswered ? 'answered' : 'failed');
}
