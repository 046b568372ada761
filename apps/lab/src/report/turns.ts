import type { ApiLatency } from '../call/api-call.js';
import { type AgentAudible, linesOf, type PlayedCall } from './played-call.js';

/** How long one answer took. All in ms; null where it never came so far, or nobody told. */
export interface TurnTaken {
  said: string;
  saidUntilMs: number;
  /** From the caller's last voiced sample to the first audible sample of the reply, the carrier's delay taken off. */
  replyMs: number | null;
  /** As the record has it, from the inside. */
  stages: {
    recogniserMs: number | null;
    judgementMs: number | null;
    modelMs: number | null;
    voiceMs: number | null;
    lineMs: number | null;
  } | null;
}

/** The record's instant of the caller's last sound lies so near to the true one. */
const SAME_TURN_MS = 1_200;

export function turnsTaken(call: PlayedCall, agent: AgentAudible, latencies: readonly ApiLatency[]): TurnTaken[] {
  const lines = linesOf(call.steps);
  return lines.map(({ line }, at) => {
    const untilMs = lines[at + 1]?.line.fromMs ?? call.durationMs;
    const reply = agent.find(({ fromMs }) => fromMs > line.toMs + call.carrierDelayMs && fromMs < untilMs);
    const replyMs = reply ? reply.fromMs - line.toMs - call.carrierDelayMs : null;
    return { said: line.text, saidUntilMs: line.toMs, replyMs, stages: stagesOf(nearest(latencies, line.toMs)) };
  });
}

function nearest(latencies: readonly ApiLatency[], saidUntilMs: number): ApiLatency | undefined {
  const away = ({ voiceStoppedMs }: ApiLatency) => Math.abs((voiceStoppedMs ?? Infinity) - saidUntilMs);
  return latencies.filter((latency) => away(latency) < SAME_TURN_MS).sort((a, b) => away(a) - away(b))[0];
}

function stagesOf(latency: ApiLatency | undefined): TurnTaken['stages'] {
  if (!latency) return null;
  const between = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from);
  return {
    recogniserMs: between(latency.voiceStoppedMs, latency.wordsSettledMs),
    judgementMs: between(latency.voiceStoppedMs, latency.turnEndedMs),
    modelMs: between(latency.askedMs, latency.firstSentenceMs),
    voiceMs: between(latency.firstSentenceMs, latency.firstAudioMs),
    lineMs: between(latency.firstAudioMs, latency.audibleMs),
  };
}
