import type { Mailbox } from '@app/kernel';
import { BREATH_MS } from '../caller/agent-activity.js';
import type { VirtualCaller } from '../caller/virtual-caller.js';
import type { Handset, RingoverCallEnd } from '../ringover/ringover-call.js';

/** What an onlooker is told while a call goes on. Instants are ms since the stream began. */
export type LiveMoment =
  | { type: 'caller-speaks'; text: string; fromMs: number; toMs: number; by: 'say' | 'bargeIn' | 'backchannel' }
  | { type: 'agent-spoke'; fromMs: number; toMs: number }
  | { type: 'ended'; atMs: number; end: RingoverCallEnd };

/** The caller's handset with somebody looking over its shoulder. */
export class LiveHandset implements Handset {
  /** When the last speech that was told of began. */
  #toldFromMs = -1;

  constructor(
    private readonly caller: VirtualCaller,
    private readonly moments: Mailbox<LiveMoment>,
  ) {}

  speak(): Int16Array {
    return this.caller.speak();
  }

  hear(index: number, samples: Int16Array): void {
    this.caller.hear(index, samples);
    if (this.caller.activity.quietMs >= BREATH_MS) this.#tellSpeech();
  }

  ended(end: RingoverCallEnd): void {
    this.#tellSpeech();
    this.moments.push({ type: 'ended', atMs: this.caller.activity.nowMs, end });
    this.moments.close();
    this.caller.ended(end);
  }

  #tellSpeech(): void {
    const { activity } = this.caller;
    if (!activity.spokeSince(0) || activity.speechBeganMs === this.#toldFromMs) return;
    this.#toldFromMs = activity.speechBeganMs;
    this.moments.push({ type: 'agent-spoke', fromMs: activity.speechBeganMs, toMs: activity.nowMs - activity.quietMs });
  }
}
