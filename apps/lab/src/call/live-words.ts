import { hearCall } from '../ear/hear-call.js';
import { textOf } from '../report/transcript.js';
import type { CentreClient } from './centre-client.js';
import type { PlacedCall } from './place-call.js';

/** What the agent was heard to say in a stretch of a call that still goes on, and by whom that is known. */
export interface LiveWords {
  text: string;
  by: 'ear' | 'record';
}

/** Listens while the call goes on: by the lab's ear where a double is the voice, else by the api's own transcript. */
export class LiveEar {
  constructor(
    private readonly call: Pick<PlacedCall, 'heardSoFar'>,
    private readonly client: CentreClient,
    /** Carillon's id of the call, once it is known; undefined: never. */
    private readonly callId: Promise<string | undefined>,
  ) {}

  /** Undefined when nothing is known of it (yet). @throws CentreError */
  async words(fromMs: number, toMs: number): Promise<LiveWords | undefined> {
    const callId = await this.callId;
    if (callId === undefined) return undefined;
    return (await this.#byEar(callId, fromMs, toMs)) ?? this.#byRecord(callId, fromMs, toMs);
  }

  async #byEar(callId: string, fromMs: number, toMs: number): Promise<LiveWords | undefined> {
    const evidence = await this.client.evidence(callId);
    const heard = evidence && hearCall(this.call.heardSoFar(), evidence, { fromMs: fromMs - NEAR_MS, toMs });
    if (!heard) return undefined;
    return heard.words.length > 0 ? { text: textOf(heard.words), by: 'ear' } : undefined;
  }

  async #byRecord(callId: string, fromMs: number, toMs: number): Promise<LiveWords | undefined> {
    const { transcript } = await this.client.call(callId);
    const spoken = transcript.filter(
      ({ speaker, startMs, endMs }) => speaker === 'agent' && startMs <= toMs && endMs >= fromMs - NEAR_MS,
    );
    const text = spoken.map(({ heard }) => heard).join(' ');
    return text === '' ? undefined : { text, by: 'record' };
  }
}

/** The onset of a word is found a little before or after its first loud sample. */
const NEAR_MS = 120;
