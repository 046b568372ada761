/** What of a reply was heard is known from the carrier's marks, or from our clock. */
export type HeardBasis = 'carrier' | 'clock';

export type ReplyKind = 'greeting' | 'answer' | 'prompt' | 'filler' | 'recovery' | 'goodbye' | 'command' | 'sound';

/** Why a call ended, as far as our side knows. */
export type EndReason =
  | 'caller-hung-up'
  | 'agent-hung-up'
  | 'operator-hung-up'
  | 'transferred'
  | 'caller-silent'
  | 'time-limit'
  | 'budget-spent'
  | 'line-lost'
  | 'node-lost'
  | 'provider-lost'
  | 'no-line'
  | 'failed'
  // of a call that we placed, and that never became a conversation
  | 'busy'
  | 'no-answer'
  | 'voicemail' // a machine took it
  | 'uncertain'; // whether it was placed is not known: only a person may place it again

/** One utterance. Times are ms on the call's clock, which starts when the line is up. */
export interface TranscriptSegment {
  seq: number;
  speaker: 'caller' | 'agent';
  /** The caller: what the recogniser understood. The agent: what it set out to say. */
  said: string;
  /** The agent: what the caller heard of it. The caller: the same as `said`. */
  heard: string;
  startMs: number;
  endMs: number;
  interrupted: boolean;
  /** Null for the caller. */
  basis: HeardBasis | null;
  kind: ReplyKind | null;
  /** 0 to 1; null for the agent. */
  confidence: number | null;
  turn: number;
}

/** The way of one reply, in ms on the call's clock; null where it never came so far. */
export interface TurnLatency {
  turn: number;
  /** The caller's last voiced sound. */
  voiceStoppedMs: number | null;
  wordsSettledMs: number | null;
  turnEndedMs: number | null;
  /** The model was asked, and gave its first text. */
  askedMs: number | null;
  firstTokenMs: number | null;
  firstSentenceMs: number | null;
  /** The voice gave its first sound, and the first frame went out. */
  firstAudioMs: number | null;
  audibleMs: number | null;
  /** The reply was begun before the turn ended. */
  speculated: boolean;
}

export interface RecordedEvent {
  seq: number;
  atMs: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** What is kept of a call, all derived from its log. */
export interface CallRecord {
  segments: readonly TranscriptSegment[];
  latencies: readonly TurnLatency[];
  events: readonly RecordedEvent[];
  /** Null when the log breaks off before an end (the process died). */
  endReason: EndReason | null;
  durationMs: number;
}
