import type { ApiCall, ApiSegment } from '../call/api-call.js';
import { audibleStretches } from '../ear/voice-activity.js';
import type { Delivery } from '../ringover/webhook-sender.js';
import { type CutReply, cutReplies } from './cuts.js';
import { unmet } from './expectations.js';
import { toldAgainstHeard, type ToldReply } from './memory.js';
import { type Backchannel, backchannels, type BargeIn, bargeIns } from './overlaps.js';
import type { AgentAudible, HeardCall, PlayedCall } from './played-call.js';
import { lengthOf, type Silence, unexplainedSilences } from './silences.js';
import { type TranscriptRow, transcriptRows } from './transcript.js';
import { type TurnTaken, turnsTaken } from './turns.js';
import { type UnderstoodLine, understoodLines, wordErrorRate } from './understanding.js';

/** All that is known of one call from outside it, as `lab call --json` prints it. Times in ms since the stream began. */
export interface CallReport {
  scenario: string;
  seed: number;
  carrierCallId: string;
  /** Null: the api never told of a call with the carrier's id. */
  callId: string | null;
  carrierDelayMs: number;
  durationMs: number;
  end: string;
  endReason: string | null;
  transcript: TranscriptRow[];
  understood: UnderstoodLine[];
  recogniser: 'pocketsphinx' | 'script' | 'real';
  /** 0 and up; null unless a recogniser listened that can misunderstand, and is the lab's own. */
  wordErrorRate: number | null;
  turns: TurnTaken[];
  bargeIns: BargeIn[];
  backchannels: Backchannel[];
  /** Null when no request to a double of the lab's told the model anything. */
  told: ToldReply[] | null;
  /** Replies of a model that speaks, which were cut off. */
  cut: CutReply[];
  silences: Silence[];
  /** Played sound that no piece of the voice's explains; null without the doubles. */
  unknownSoundMs: number | null;
  /** What the api sent that the streamer does not document. */
  unreadable: string[];
  webhooks: readonly Delivery[];
  /** How far a frame of the caller's was behind its time at worst: this machine's doing. */
  worstLatenessMs: number;
  missedSteps: string[];
}

export interface ReportSources {
  seed: number;
  call: PlayedCall;
  /** Null when real providers served the call. */
  heard: HeardCall | null;
  /** Null when it could not be found. */
  record: ApiCall | null;
}

const AGENT_VOICED_RMS = 120;
/** Pauses within a sentence and between two are the agent's speech. */
const BRIDGE_MS = 300;

/** The agent's speech as it reached the caller. */
export const agentAudible = ({ agentSound, rateHz }: PlayedCall): AgentAudible =>
  audibleStretches(agentSound, { rateHz, voicedRms: AGENT_VOICED_RMS, bridgeMs: BRIDGE_MS });

export function reportOf({ seed, call, heard, record }: ReportSources): CallReport {
  const agent = agentAudible(call);
  const transcript = record?.transcript ?? [];
  const understood = understoodLines(call.steps, transcript);
  const cuts = bargeIns(call, heard);
  return {
    scenario: call.scenario.name,
    seed,
    carrierCallId: call.carrierCallId,
    callId: record?.id ?? null,
    carrierDelayMs: call.carrierDelayMs,
    durationMs: Math.round(call.durationMs),
    end: call.end,
    endReason: record?.endReason ?? null,
    transcript: transcriptRows(call, heard, transcript),
    understood,
    recogniser: heard?.recogniser ?? 'real',
    wordErrorRate: heard?.recogniser === 'pocketsphinx' ? wordErrorRate(understood) : null,
    turns: turnsTaken(call, agent, record?.latencies ?? []),
    bargeIns: cuts,
    backchannels: backchannels(call, heard),
    told: heard && toldAgainstHeard(heard),
    cut: heard ? cutReplies(call, heard) : [],
    silences: unexplainedSilences(call, agent).filter((silence) => lengthOf(silence) > WORTH_TELLING_MS),
    unknownSoundMs: heard && Math.round(heard.alignment.unknownMs),
    unreadable: call.received.flatMap(({ command }) => (command.type === 'unreadable' ? [command.why] : [])),
    webhooks: call.deliveries,
    worstLatenessMs: Math.round(call.worstLatenessMs),
    missedSteps: missedSteps(call, heard, transcript),
  };
}

/** Shorter silences are the pauses of any conversation. */
const WORTH_TELLING_MS = 1_500;

function missedSteps({ steps }: PlayedCall, heard: HeardCall | null, transcript: readonly ApiSegment[]): string[] {
  return steps.flatMap(({ at, step, missed }) => {
    const why = missed ?? (step.kind === 'expect' ? unmet(step.expect, at, { steps, heard, transcript }) : null);
    return why ? [`step ${at + 1} (${step.kind}): ${why}`] : [];
  });
}
