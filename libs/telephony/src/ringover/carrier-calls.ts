import type { CarrierCall, CarrierCalls, CurrentCarrierCall, PastCarrierCall } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { RingoverRest } from './rest/ringover-rest.js';
import type { RingoverCurrentCall, RingoverPastCall } from './rest/rest.calls.js';

/** Enough for what an account has at once; one page of either list. */
const PAGE = 1_000;

/** Ringover's current calls and its history, as a carrier's. */
export class RingoverCarrierCalls implements CarrierCalls {
  constructor(
    private readonly rest: Pick<RingoverRest, 'ask'>,
    private readonly clock: Pick<Clock, 'date'>,
  ) {}

  /** @throws CarrierError */
  async current(): Promise<CurrentCarrierCall[]> {
    const { calls } = await this.rest.ask('currentCalls', { limit: PAGE });
    return calls.map((call) => ({ ...factsOf(call), state: stateOf(call) }));
  }

  /** A call of several segments is told once, as it ended. @throws CarrierError */
  async history(since: Date): Promise<PastCarrierCall[]> {
    const { calls } = await this.rest.ask('calls', { from: since, to: this.clock.date(), limit: PAGE });
    return [...Map.groupBy(calls, ({ callId }) => callId).values()].map(pastOf);
  }
}

const factsOf = ({ callId, direction, from, to, startedAt }: RingoverCurrentCall | RingoverPastCall): CarrierCall => ({
  ...{ carrierCallId: callId, direction, from, to, startedAt },
});

function stateOf({ status }: RingoverCurrentCall): CurrentCarrierCall['state'] {
  if (status === 'RINGING') return 'ringing';
  return status === 'ANSWERED' ? 'answered' : 'other';
}

/** While one segment goes on, the call does. */
function pastOf(segments: readonly RingoverPastCall[]): PastCarrierCall {
  const [first, ...others] = [...segments].sort((a, b) => timeOf(a.startedAt) - timeOf(b.startedAt));
  if (!first) throw new Error('a call without a segment');
  const ends = [first, ...others].map(({ endedAt }) => endedAt);
  const endedAt = ends.every((end) => end !== undefined)
    ? new Date(Math.max(...ends.map((end) => timeOf(end))))
    : undefined;
  return { ...factsOf(first), endedAt, outcome: outcomeOf(segments) };
}

function outcomeOf(segments: readonly RingoverPastCall[]): PastCarrierCall['outcome'] {
  if (segments.some(({ isAnswered, lastState }) => isAnswered === true || lastState === 'ANSWERED')) return 'answered';
  return segments.some(({ lastState }) => lastState !== undefined && MISSED.has(lastState)) ? 'missed' : 'other';
}

/** Nobody spoke, and nothing was recorded. */
const MISSED: ReadonlySet<string> = new Set(['MISSED', 'CANCELLED', 'QUEUE_TIMEOUT']);

const timeOf = (at: Date | undefined): number => at?.getTime() ?? 0;
