import { StoreError } from '@app/conversation/ports';
import type { Attempt, AttemptEnd, AttemptStore } from '@app/persistence';
import type { Feed, Lines } from '@app/live-state';
import type { RingoverEvent } from '@app/telephony';
import type { SecondLegs } from '../second-legs/second-legs.js';
import type { Clock, Logger } from '../process-parts.js';

export interface OutboundOutcomesParts {
  attempts: Pick<AttemptStore, 'byCarrierCallId' | 'end' | 'noteVoicemail'>;
  lines: Pick<Lines, 'release'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  legs: Pick<SecondLegs, 'note' | 'knows'>;
  clock: Clock;
  log: Logger;
}

/** What the carrier tells of calls that we placed. What it does not tell, the worker looks up. */
export class OutboundOutcomes {
  constructor(private readonly parts: OutboundOutcomesParts) {}

  /** May be told twice and in any order. Never rejects for a store that is gone. */
  async note(event: RingoverEvent): Promise<void> {
    if (event.type !== 'missed' && event.type !== 'voicemail' && event.type !== 'hangup') return;
    if (event.direction === 'inbound') return;
    const { attempts, clock, log } = this.parts;
    try {
      if (await this.parts.legs.note(event.callId, missedIn(event))) return;
      const attempt = await attempts.byCarrierCallId('ringover', event.callId);
      if (!attempt) return;
      if (event.type === 'hangup')
        return event.answeredBy === 'machine'
          ? await attempts.noteVoicemail(attempt.callId, { at: event.at ?? clock.date() })
          : undefined;
      const outcome = event.type === 'voicemail' ? 'voicemail' : outcomeIn(event.reason);
      if (outcome) await this.#end(attempt, { outcome, at: event.at ?? clock.date() });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn({ error, event: event.type }, 'outcome of a call that we placed was not noted');
    }
  }

  /** A leg of a call, and no call of its own. Never rejects for a store that is gone. */
  isSecondLeg = (carrierCallId: string): Promise<boolean> => this.parts.legs.knows(carrierCallId);

  async #end({ callId, agentId }: Attempt, end: AttemptEnd): Promise<void> {
    const { attempts, lines, feed, log } = this.parts;
    if (!(await attempts.end(callId, end))) return;
    log.info({ callId, outcome: end.outcome }, 'call was placed without a conversation');
    feed.publishAfterEnd(callId, 0, { type: 'call.ended', reason: end.outcome, durationMs: 0 });
    await lines.release({ agentId, callId });
  }
}

/** Their words are not documented, and `NOANSWER` may be said of a line that was busy: the history tells those apart. */
const outcomeIn = (reason: string | undefined): 'busy' | undefined => (/busy/i.test(reason ?? '') ? 'busy' : undefined);

/** Of a person who is called; what is not documented is looked up. */
const missedIn = (event: Extract<RingoverEvent, { type: 'missed' | 'voicemail' | 'hangup' }>) =>
  event.type === 'voicemail' ? 'machine' : event.type === 'missed' ? outcomeIn(event.reason) : undefined;
