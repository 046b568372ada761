import type { Clock } from '@app/kernel';
import { z } from 'zod';
import type { Dial, DialEnd } from './dial.js';

const afterMs = z.int().min(0).default(1_500);

/** What becomes of a call that is dialled. */
export const dialOutcome = z.discriminatedUnion('type', [
  /** A person takes it; `streams: false`: the stream of sound never comes, and they hang up after `staysMs`. */
  z.strictObject({
    type: z.literal('person'),
    afterMs,
    streams: z.boolean().default(true),
    staysMs: z.int().default(20_000),
  }),
  /** An answering machine takes it, and is streamed like a person; Ringover says so at the end only. */
  z.strictObject({
    type: z.literal('machine'),
    afterMs,
    streams: z.boolean().default(true),
    staysMs: z.int().default(20_000),
  }),
  /** It goes to a mailbox: nothing is streamed. */
  z.strictObject({ type: z.literal('voicemail'), afterMs }),
  z.strictObject({ type: z.literal('busy'), afterMs: z.int().min(0).default(300) }),
  /** It rings for as long as was asked. */
  z.strictObject({ type: z.literal('no-answer') }),
]);
export type DialOutcome = z.output<typeof dialOutcome>;

export type DialEvent = 'ringing' | 'answered' | 'hangup' | 'missed' | 'voicemail';

/** The call side of the virtual Ringover: its webhooks and its media server. */
export interface DialHooks {
  /** An event of the call is to be told. */
  tell(event: DialEvent, dial: Dial, details: { answeredBy?: 'HUMAN' | 'MACHINE' }): void;
  /**
   * The media server connects now. Resolves to who ended it when the stream is over; ends it when the signal aborts.
   */
  stream(dial: Dial, signal: AbortSignal): Promise<'caller' | 'callee'>;
}

/** Plays calls that are dialled: each takes the next outcome, the last one stays. */
export class DialScript {
  readonly #outcomes: DialOutcome[] = [];
  #last: DialOutcome = { type: 'person', afterMs: 1_500, streams: true, staysMs: 20_000 };

  constructor(
    private readonly clock: Clock,
    private readonly hooks: DialHooks,
  ) {}

  queue(...outcomes: readonly DialOutcome[]): void {
    this.#outcomes.push(...outcomes);
  }

  /** For `VirtualRingover.onDial`. Resolves when the call is over. */
  async play(dial: Dial): Promise<void> {
    const outcome = this.#outcomes.shift() ?? this.#last;
    this.#last = outcome;
    const over = new AbortController();
    dial.onRequest(({ type }) => {
      if (type === 'hang-up' || type === 'transfer') over.abort();
    });
    this.hooks.tell('ringing', dial, {});
    const end = await this.#ring(dial, outcome, over.signal);
    if (dial.isLive) dial.ended(end.how, this.clock.date(), end.isMachine);
    this.hooks.tell(end.event, dial, end.event === 'hangup' ? { answeredBy: end.isMachine ? 'MACHINE' : 'HUMAN' } : {});
  }

  async #ring(dial: Dial, outcome: DialOutcome, over: AbortSignal): Promise<Ended> {
    const ringMs =
      outcome.type === 'no-answer' ? dial.facts.ringS * 1_000 : Math.min(outcome.afterMs, dial.facts.ringS * 1_000);
    if (!(await this.#wait(ringMs, over))) return { how: 'cancelled', event: 'missed', isMachine: false };
    switch (outcome.type) {
      case 'busy':
        return { how: 'busy', event: 'missed', isMachine: false };
      case 'no-answer':
        return { how: 'no-answer', event: 'missed', isMachine: false };
      case 'voicemail':
        return { how: 'voicemail', event: 'voicemail', isMachine: true };
      default:
        return this.#talk(dial, outcome, over);
    }
  }

  async #talk(
    dial: Dial,
    { type, streams, staysMs }: Extract<DialOutcome, { streams: boolean }>,
    over: AbortSignal,
  ): Promise<Ended> {
    dial.answered(this.clock.date());
    this.hooks.tell('answered', dial, {});
    const by = streams ? await this.hooks.stream(dial, over) : (await this.#wait(staysMs, over)) ? 'callee' : 'caller';
    return { how: `hung-up-by-${by}`, event: 'hangup', isMachine: type === 'machine' };
  }

  /** False when it was over before. */
  #wait(delayMs: number, over: AbortSignal): Promise<boolean> {
    return this.clock.sleep(delayMs, over).then(
      () => true,
      () => false,
    );
  }
}

interface Ended {
  how: DialEnd;
  event: DialEvent;
  isMachine: boolean;
}
