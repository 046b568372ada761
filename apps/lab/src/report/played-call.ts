import type { SampleRateHz } from '@app/audio';
import type { PlayedStep } from '../caller/virtual-caller.js';
import type { SpokenLine } from '../caller/mouth.js';
import type { Scenario } from '../caller/scenario.js';
import type { CallEvidence, CutSeen, ModelRequestSeen } from '../call-evidence.js';
import type { Alignment } from '../ear/alignment.js';
import type { HeardWord } from '../ear/heard-words.js';
import type { MadePiece } from '../ear/made-piece.js';
import type { Audible } from '../ear/voice-activity.js';
import type { ReceivedCommand, RingoverCallEnd } from '../ringover/ringover-call.js';
import type { Delivery } from '../ringover/webhook-sender.js';

/** One call as it went at the carrier's and the caller's end. Instants are ms since the stream began. */
export interface PlayedCall {
  scenario: Scenario;
  steps: readonly PlayedStep[];
  received: readonly ReceivedCommand[];
  deliveries: readonly Delivery[];
  rateHz: SampleRateHz;
  /** What the caller's telephone sent, and what was played to the caller: both from 0 to `durationMs`. */
  callerSound: Int16Array;
  agentSound: Int16Array;
  carrierDelayMs: number;
  durationMs: number;
  end: RingoverCallEnd;
  carrierCallId: string;
  /** Ms since 1970. */
  beganAtMs: number;
  /** The most that a frame of the caller's left behind its time: what this machine did. */
  worstLatenessMs: number;
}

/** What the ear made of the agent's sound, with what the doubles told of it. */
export interface HeardCall {
  recogniser: CallEvidence['recogniser'];
  pieces: readonly MadePiece[];
  alignment: Alignment;
  words: readonly HeardWord[];
  /** `atMs` counts from when the stream began, as everything here. */
  modelRequests: readonly ModelRequestSeen[];
  /** Of a model that speaks; `atMs` counts as above. */
  cuts: readonly CutSeen[];
}

/** When the agent was audible to the caller; pauses within a sentence bridged. */
export type AgentAudible = readonly Audible[];

/** The caller's lines that ask for an answer, in order: all but backchannels. */
export const linesOf = (steps: readonly PlayedStep[]): (PlayedStep & { line: SpokenLine })[] =>
  steps.filter(
    (step): step is PlayedStep & { line: SpokenLine } => step.line !== null && step.step.kind !== 'backchannel',
  );
