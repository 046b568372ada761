import { randomBytes, randomInt } from 'node:crypto';

export const TOGGLES = ['mute', 'hold', 'record'] as const;
export type Toggle = (typeof TOGGLES)[number];

/** What somebody asked of a live channel over REST. */
export type ChannelRequest =
  | { type: 'hang-up' }
  | { type: 'transfer'; to: number }
  | { type: 'digits'; digits: string }
  | { type: 'toggle'; toggle: Toggle; on: boolean };

export interface LiveCall {
  callId: bigint;
  channelId: bigint;
  direction: 'IN' | 'OUT';
  status: 'RINGING' | 'ANSWERED';
  from: number;
  to: number;
  userId: bigint | null;
  ivrId: bigint | null;
  startedAt: Date;
  answeredAt: Date | null;
  /** Each is switched over by asking, never set. */
  toggles: Record<Toggle, boolean>;
  told: (request: ChannelRequest) => void;
}

/** A segment of a call that is over: what the history is made of. */
export interface PastSegment {
  cdrId: bigint;
  callId: bigint;
  channelId: bigint;
  direction: 'in' | 'out';
  lastState: string;
  from: number;
  to: number;
  userId: bigint | null;
  ivrId: bigint | null;
  startedAt: Date;
  answeredAt: Date | null;
  endedAt: Date;
  hungUpBy: 'CALLER' | 'CALLEE' | null;
  isMachine: boolean;
  /** Null: not recorded, or archived. */
  recording: Uint8Array | null;
  transcript: string | null;
}

export type NewCall = Pick<LiveCall, 'direction' | 'from' | 'to' | 'userId' | 'ivrId' | 'startedAt'> &
  Partial<Pick<LiveCall, 'callId' | 'channelId'>>;

export interface CallEnd {
  at: Date;
  lastState: string;
  hungUpBy?: 'CALLER' | 'CALLEE' | null;
  isMachine?: boolean;
}

/** The top bit is set: an id of 19 or 20 digits that no double can hold. */
export const newCallNumber = (): bigint => randomBytes(8).readBigUInt64BE() | (1n << 63n) | 1n;

/** The calls of one account: those that live, and the history. */
export class CallBook {
  readonly live: LiveCall[] = [];
  readonly past: PastSegment[] = [];
  #lastCdrId = 9_007_199_254_741_000n; // just beyond 2^53

  begin(call: NewCall): LiveCall {
    const live: LiveCall = {
      ...{ callId: newCallNumber(), channelId: BigInt(randomInt(100_000_000, 1_000_000_000)) },
      ...call,
      ...{ status: 'RINGING', answeredAt: null, told: () => undefined },
      toggles: { mute: false, hold: false, record: false },
    };
    this.live.push(live);
    return live;
  }

  /** Moves it to the history; twice is once. */
  end(call: LiveCall, { at, lastState, hungUpBy = null, isMachine = false }: CallEnd): void {
    const index = this.live.indexOf(call);
    if (index < 0) return;
    this.live.splice(index, 1);
    const { callId, channelId, from, to, userId, ivrId, startedAt, answeredAt } = call;
    this.keep({
      ...{ callId, channelId, from, to, userId, ivrId, startedAt, answeredAt, endedAt: at },
      ...{ direction: call.direction === 'IN' ? 'in' : 'out', lastState, hungUpBy, isMachine },
      ...{ recording: null, transcript: null },
    });
  }

  /** A segment that is over: newest last. */
  keep(segment: Omit<PastSegment, 'cdrId'>): PastSegment {
    this.#lastCdrId += 1n;
    const kept = { ...segment, cdrId: this.#lastCdrId };
    this.past.push(kept);
    return kept;
  }

  channel = (channelId: string): LiveCall | undefined => this.live.find((call) => String(call.channelId) === channelId);

  segments = (callId: string): PastSegment[] => this.past.filter((segment) => String(segment.callId) === callId);
}
