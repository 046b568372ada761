import type { PlayoutClock } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { AgentParts } from './agent-parts.js';
import type { LogEntry } from './log/entry.js';
import type { TurnedAway } from './log/input.js';
import type { CallEvent, CallLogSink, CallRecorder, Line, PersonCaller, VoiceDetector } from './ports/index.js';
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
  /** Told in order, while the call lives. Returns at once and does not throw. */
  onEvent: (event: CallEvent, atMs: number) => void;
  /** Told each entry of the log as it is written. Returns at once and does not throw. */
  onEntry?: (entry: LogEntry) => void;
  /** A bug ended the call; told once. */
  onBug: (error: unknown) => void;
}
