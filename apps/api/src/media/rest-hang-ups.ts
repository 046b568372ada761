import { CarrierError } from '@app/conversation/ports';
import { OperationalError } from '@app/kernel';
import type { RingoverRest } from '@app/telephony';
import type { Logger } from '../process-parts.js';

/** The most that the carrier tells at once. */
const MOST_CALLS = 1_000;

export interface RestHangUpsParts {
  rest: Pick<RingoverRest, 'ask' | 'hangUp'>;
  /** The call's channel is in the path: then it is looked for in the current calls. */
  isByChannel: boolean;
  log: Logger;
}

/** Ends calls over Ringover's REST interface, for accounts whose scenario goes on when we have closed the stream. */
export class RestHangUps {
  constructor(private readonly parts: RestHangUpsParts) {}

  /** A call that is gone already counts as ended. Never rejects for the carrier: the stream is closed in any case. */
  async end(carrierCallId: string | null): Promise<void> {
    const { rest, isByChannel, log } = this.parts;
    if (carrierCallId === null) return; // nobody knows which one it is
    try {
      const channelId = isByChannel ? await this.#channelOf(carrierCallId) : undefined;
      if (isByChannel && channelId === undefined) return;
      await rest.hangUp({ callId: carrierCallId, ...(channelId !== undefined && { channelId }) });
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const isWrongPath = error instanceof CarrierError && error.failure === 'cannot';
      log[isWrongPath ? 'error' : 'warn']({ error, carrierCallId }, 'call was not hung up over REST');
    }
  }

  async #channelOf(callId: string): Promise<string | undefined> {
    const { calls } = await this.parts.rest.ask('currentCalls', { limit: MOST_CALLS });
    return calls.find((call) => call.callId === callId)?.channelId;
  }
}
