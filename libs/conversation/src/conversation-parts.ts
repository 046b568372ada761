import type { PlayoutClock } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { AgentParts } from './agent-parts.js';
import type { LogEntry } from './log/entry.js';
import type { Input, TurnedAway } from './log/input.js';
import type { RelivedCall } from './log/relive.js';
import type {
  CallEvent,
  CallLogSink,
  CallRecorder,
  Line,
  PersonCaller,
  ProviderUsage,
  VoiceDetector,
} from './ports/index.js';
import type { PhraseCache } from './speaking/phrases.js';

export interface ConversationParts extends AgentParts {
  callId: string;
  line: Line;
  direction: 'inbound' | 'outbound';
  clock: Clock;
  playout: PlayoutClock;
  detector: VoiceDetector;
  phrases: PhraseCache;
  log: CallLogSink;
  /** Absent: nothing is recorded, whatever the settings say. */
  recorder?: CallRecorder | undefined;
  /** Calls persons who are to take the call over; absent: nobody can be called. */
  persons?: PersonCaller | undefined;
  /** The call is not served; recogniser, model and voice are not asked for anything. */
  turnedAway?: TurnedAway | undefined;
  /** The call was another process's: this one goes on where its log ends, which `log` is the rest of. */
  adopted?: AdoptedCall | undefined;
  /** Told in order, while the call lives. Returns at once and does not throw. */
  onEvent: (event: CallEvent, atMs: number) => void;
  /** Told each entry of the log as it is written. Returns at once and does not throw. */
  onEntry?: (entry: LogEntry) => void;
  /** What a usage costs, in US dollars; undefined: nobody knows. Absent: budgets are not kept. */
  priceOf?: ((usage: ProviderUsage) => number | undefined) | undefined;
  /** A bug ended the call; told once. */
  onBug: (error: unknown) => void;
}

/** A call that another process lived so far; its settings are those of its state. */
export interface AdoptedCall extends RelivedCall {
  fromNode: string;
  toNode: string;
}

/** How long it has lasted by now; clocks of two machines differ, and none goes back in a call. */
export const ageMs = ({ call, atMs }: AdoptedCall, clock: Clock): number =>
  Math.max(atMs, clock.date().getTime() - Date.parse(call.startedAt));

/** The log holds what a usage cost by the prices of its day, so that a replay keeps the same budget. */
export function priced(input: Input, priceOf: ConversationParts['priceOf']): Input {
  const usd = input.type === 'provider-used' ? priceOf?.(input.usage) : undefined;
  return usd === undefined || input.type !== 'provider-used' ? input : { ...input, usd };
}
