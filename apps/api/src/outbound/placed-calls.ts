import { StoreError } from '@app/conversation/ports';
import type { Attempt, AttemptStore } from '@app/persistence';
import type { ArrivedCall } from '../calls/arrived-call.js';
import type { Clock, Logger } from '../process-parts.js';

/** Beyond its ringing, how long the stream of a call may take to come. */
const STREAM_WITHIN_MS = 30_000;

export interface PlacedCallsParts {
  attempts: Pick<AttemptStore, 'byCarrierCallId' | 'open' | 'connect'>;
  clock: Clock;
  log: Logger;
}

type Match = Pick<ArrivedCall, 'carrierCallId' | 'from' | 'to' | 'matchedBy'>;
type Placed = Pick<
  ArrivedCall,
  'id' | 'carrierCallId' | 'direction' | 'from' | 'to' | 'matchedBy' | 'ringingAt' | 'variables' | 'onMachine'
> & { agentId: string };

/** Knows the stream of a call that we placed: by the carrier's id, else by number and time if there is exactly one. */
export class PlacedCalls {
  constructor(private readonly parts: PlacedCallsParts) {}

  /**
   * Takes the call from those that ring; each is given to one stream. Never rejects for a store that is gone.
   *
   * @param e164 our number, to whose token the stream came
   */
  async take(e164: string, match: Match): Promise<Placed | undefined> {
    const { attempts, clock, log } = this.parts;
    try {
      const attempt = (await this.#byId(match)) ?? (await this.#byNumbers(e164, match));
      if (!attempt || !(await attempts.connect(attempt.callId, match.carrierCallId, clock.date()))) return undefined;
      return placedOf(attempt, match);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn({ error }, 'stream matched without the calls that were placed');
      return undefined;
    }
  }

  async #byId({ carrierCallId }: Match): Promise<Attempt | undefined> {
    return carrierCallId === null ? undefined : this.parts.attempts.byCarrierCallId('ringover', carrierCallId);
  }

  async #byNumbers(e164: string, match: Match): Promise<Attempt | undefined> {
    const nowMs = this.parts.clock.date().getTime();
    const fitting = (await this.parts.attempts.open(e164)).filter(
      ({ carrierCallId, to, createdAt, ringS }) =>
        (carrierCallId === null || match.carrierCallId === null) && // else the id has spoken
        (match.to === null || match.to === to) &&
        nowMs - createdAt.getTime() <= ringS * 1_000 + STREAM_WITHIN_MS,
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  }
}

const placedOf = (attempt: Attempt, match: Match): Placed => ({
  id: attempt.callId,
  agentId: attempt.agentId,
  carrierCallId: match.carrierCallId ?? attempt.carrierCallId,
  direction: 'outbound',
  from: attempt.number,
  to: attempt.to,
  matchedBy: match.matchedBy === 'none' ? 'ringing' : match.matchedBy,
  ringingAt: attempt.createdAt,
  variables: attempt.variables,
  onMachine: attempt.terms.onMachine,
});
