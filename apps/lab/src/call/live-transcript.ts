import type { Clock } from '@app/kernel';
import type { ApiSegment } from './api-call.js';
import type { CentreClient } from './centre-client.js';

/** How long a reply's words may come after its sound, before they count as none. */
const WORDS_WITHIN_MS = 1_500;
const ASK_EVERY_MS = 150;

/**
 * What the api's transcript has come to while the call goes on. The lab's ear is not asked before the call is over: it
 * needs the doubles' whole evidence, and both would be felt in the call.
 */
export class LiveTranscript {
  /** What was told of each of the agent's utterances: one may be written in parts, as it is heard. */
  readonly #told = new Map<number, string>();

  constructor(
    private readonly client: Pick<CentreClient, 'call'>,
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
      const words = this.#untold(transcript.filter(({ speaker }) => speaker === 'agent'));
      if (words !== '') return words;
      if (this.clock.nowMs() >= untilMs) return undefined;
      await this.clock.sleep(ASK_EVERY_MS);
    }
  }

  #untold(spoken: readonly ApiSegment[]): string {
    const words = spoken.map(({ heard }, at) => {
      const told = this.#told.get(at) ?? '';
      this.#told.set(at, heard);
      return heard.startsWith(told) ? heard.slice(told.length).trim() : heard;
    });
    return words.filter((text) => text !== '').join(' ');
  }
}
