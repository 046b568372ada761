import type { Account, Region } from './account.js';
import type { ChannelRequest, LiveCall } from './call-book.js';

/** How a call that was dialled ended. */
export type DialEnd =
  'hung-up-by-callee' | 'hung-up-by-caller' | 'busy' | 'no-answer' | 'voicemail' | 'failed' | 'cancelled';

/** `last_state` in the history. That a busy line is FAILED, and an unanswered one MISSED, is assumed. */
const LAST_STATES: Readonly<Record<DialEnd, string>> = {
  'hung-up-by-callee': 'ANSWERED',
  'hung-up-by-caller': 'ANSWERED',
  busy: 'FAILED',
  'no-answer': 'MISSED',
  voicemail: 'VOICEMAIL',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** What a request to dial asked for. Numbers are digits without `+`. */
export interface DialFacts {
  /** `callback`: a user's telephone is rung first. `ivr-callback`: the callee at once, who then enters the IVR. */
  way: 'callback' | 'ivr-callback';
  region: Region;
  callId: string;
  channelId: string;
  fromNumber: string;
  toNumber: string;
  ringS: number;
  ivrId: string | undefined;
  device: string | undefined;
  startedAt: Date;
}

/** A call that somebody asked for over REST; it rings, and whoever takes it says what becomes of it. */
export class Dial {
  constructor(
    readonly facts: DialFacts,
    private readonly account: Account,
    private readonly call: LiveCall,
  ) {}

  /** The callee took it, or a machine did. */
  answered(at: Date): void {
    this.call.status = 'ANSWERED';
    this.call.answeredAt = at;
  }

  /** It leaves the current calls and stands in the history; twice is once. */
  ended(how: DialEnd, at: Date, isMachine = how === 'voicemail'): void {
    const hungUpBy = how === 'hung-up-by-callee' ? 'CALLEE' : how === 'hung-up-by-caller' ? 'CALLER' : null;
    this.account.book.end(this.call, { at, lastState: LAST_STATES[how], hungUpBy, isMachine });
  }

  get isLive(): boolean {
    return this.account.book.live.includes(this.call);
  }

  /** What is asked of its channel over REST from now on: hang up, transfer, digits, toggles. One listener. */
  onRequest(listener: (request: ChannelRequest) => void): void {
    this.call.told = listener;
  }
}

export type DialTaker = (dial: Dial) => void;
