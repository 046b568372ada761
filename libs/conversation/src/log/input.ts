import type {
  CallSettings,
  FunctionDefinition,
  FunctionResult,
  HeardBasis,
  LineEnd,
  ModelFunctionCall,
  PersonMissed,
  ProviderStage,
  ProviderSwitch,
  ProviderUsage,
  VendorParts,
  RecordingLoss,
  TurnedAwayReason,
} from '../ports/index.js';
import type { LineCounts } from '../counted-line.js';
import type { CallCommand } from './command.js';

/** A timer that the machine asked for. There is at most one of each name. */
export type TimerName =
  'pause' | 'late-words' | 'overlap' | 'resume' | 'obligation' | 'time-limit' | 'answerer' | 'person';

/** How far a reply was heard: so many whole pieces, and this much of the next one. */
export interface HeardSoFar {
  wholePieces: number;
  partText: string;
  basis: HeardBasis;
}

/** A call that is not served, and what it gets instead. */
export interface TurnedAway {
  reason: TurnedAwayReason;
  /** Null when there is none that could be said without a provider. */
  message: string | null;
  transferTo: string | null;
}

/**
 * Everything that can happen to a call. The log keeps each with its time and number, so that the same code can live the
 * call again. What belongs to a reply carries its epoch. Times inside (`onsetMs`, `endMs`) are on the call's clock too:
 * they may lie before the moment at which they became known.
 */
export type Input =
  | {
      type: 'call-started';
      settings: CallSettings;
      functions: readonly FunctionDefinition[];
      direction: 'inbound' | 'outbound';
      /** ISO 8601, for the prompt: the machine itself reads no clock. */
      startedAt: string;
      ducks: boolean;
      /** Absent for a call that is served. */
      turnedAway?: TurnedAway;
    }
  | { type: 'line-up' }
  /** The process that lived the call is gone; the one that goes on has its log. */
  | {
      type: 'call-adopted';
      fromNode: string;
      toNode: string;
      /** For how long what was being said is known to have sounded, since the last whole piece. */
      soundedMs: number;
      recorded: boolean;
    }
  /** `counted`: what passed over it; absent in older logs. */
  | { type: 'line-closed'; end: LineEnd; counted?: LineCounts }
  | { type: 'voice-started'; onsetMs: number }
  | { type: 'voice-stopped'; endMs: number }
  | { type: 'words-changed'; text: string }
  | { type: 'words-settled'; text: string; confidence: number }
  | { type: 'speech-ended' }
  | { type: 'turn-guessed' }
  | { type: 'turn-resumed' }
  | { type: 'digit-pressed'; digit: string }
  | { type: 'tone-heard'; endMs: number } // a steady tone, over since then
  | { type: 'model-answered'; epoch: number }
  | { type: 'sentence-ready'; epoch: number; text: string }
  | { type: 'function-called'; epoch: number; call: ModelFunctionCall }
  | {
      type: 'reply-thought';
      epoch: number;
      reason: 'stop' | 'functions' | 'length' | 'refused';
      /** Its last sentence was not whole, and is not said. */
      cutOff?: boolean;
      vendorParts?: VendorParts;
    }
  | { type: 'function-returned'; key: string; result: FunctionResult }
  | { type: 'piece-sounded'; epoch: number; piece: number } // the voice gave its first sound of it
  | { type: 'reply-audible'; epoch: number } // a first frame went out, at the start and again after running dry
  | { type: 'piece-heard'; epoch: number; piece: number }
  | { type: 'reply-ran-dry'; epoch: number } // all that there is was heard, and more is to come
  | { type: 'reply-finished'; epoch: number; basis: HeardBasis }
  | { type: 'reply-held'; epoch: number; heard: HeardSoFar }
  | { type: 'reply-stopped'; epoch: number; heard: HeardSoFar }
  | { type: 'recording-lost'; reason: RecordingLoss }
  | { type: 'timer-due'; timer: TimerName }
  | {
      type: 'provider-failed';
      stage: ProviderStage;
      provider: string;
      code: string;
      retryable: boolean;
      /** Of the reply that it failed; absent for a recogniser. */
      epoch?: number;
      piece?: number;
    }
  /** Another provider answers from now on; the call goes on. */
  | ({ type: 'provider-switched' } & ProviderSwitch)
  /** Something of a provider was used; may come after the end. Absent in logs of calls that were not counted. */
  | {
      type: 'provider-used';
      usage: ProviderUsage;
      /** Of the reply that it was used for; absent for a recogniser. */
      epoch?: number;
      /** Of a voice. */
      piece?: number;
      /** US dollars, by the prices that the driver knew; absent: it knew none. */
      usd?: number;
    }
  | { type: 'command-given'; command: CallCommand; author: string; commandId?: string }
  /** What the call asked of its carrier last is not done, and will not be. */
  | { type: 'carrier-refused'; asked: 'transfer' | 'digits' }
  /** Of a person who is called; each carries the number of its leg. */
  | { type: 'person-answered'; leg: number }
  | { type: 'person-missed'; leg: number; why: PersonMissed }
  | { type: 'person-briefed'; leg: number }
  | { type: 'person-spoke'; leg: number; text: string }
  | { type: 'person-pressed'; leg: number; digit: string }
  | { type: 'person-left'; leg: number }
  /** A bug in the driver: the call is over. A second one: what is still owed to the record will not come either. */
  | { type: 'call-broke' };
