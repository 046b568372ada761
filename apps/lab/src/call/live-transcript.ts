import type { Clock } from '@app/kernel';
import type { CentreClient } from './centre-client.js';

/** How long a reply's words may come after its sound, before they count as none. */
const WORDS_WITHIN_MS = 1_500;
const ASK_EVERY_MS = 150;

/**
 * What the api's transcript has come to while the call goes on. The lab's ear is not asked before the call is over: it
 * needs the doubles' whole evidence, and both would be felt in the call.
 */
export class LiveTranscript {
  /** Agent's utterances that were told. */
  #told = 0;

  constructor(
    private readonly client: CentreClient,
    private readonly clock: Clock,
    /** Carillon's id of the call, once it is known; undefined: never. */
    private readonly callId: Promise<string | undefined>,
  ) {}

  /** What the agent said since the last time; undefined when nothing more is written of it: it has only paused. */
  async newWords(): Promise<string | undefined> {
    const callId = await this.callId;
    if (callId === undefined) return undefined;
    const untilMs = this.clock.nowMs() + WORDS_WITHIN_MS;
    for (;;) {
      const { transcript } = await this.client.call(callId);
      const words = transcript.filter(({ speaker }) => speaker === 'agent').slice(this.#told);
      this.#told += words.length;
      if (words.length > 0) return words.map(({ heard }) => heard).join(' ');
      if (this.clock.nowMs() >= untilMs) return undefined;
      await this.clock.sleep(ASK_EVERY_MS);
    }
  }
}
