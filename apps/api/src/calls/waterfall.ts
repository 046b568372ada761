import type { TurnLatency } from '@app/conversation/ports';
import type { LatencyStageDto, TurnWaterfallDto } from './dto/story.dto.js';

type Instant = Exclude<keyof TurnLatency, 'turn' | 'speculated'>;

/** From which instant to which a stage lasts. */
const STAGES: readonly [stage: string, from: Instant, to: Instant][] = [
  ['settle', 'voiceStoppedMs', 'wordsSettledMs'],
  ['decide', 'wordsSettledMs', 'turnEndedMs'],
  ['ask', 'turnEndedMs', 'askedMs'],
  ['first-token', 'askedMs', 'firstTokenMs'],
  ['sentence', 'firstTokenMs', 'firstSentenceMs'],
  ['voice', 'firstSentenceMs', 'firstAudioMs'],
  ['play', 'firstAudioMs', 'audibleMs'],
];

/** One turn, stage by stage. What was begun on a guess before its stage's beginning took no time of the caller's. */
export function waterfallOf(latency: TurnLatency): TurnWaterfallDto {
  const { turn, speculated, voiceStoppedMs, audibleMs } = latency;
  const stages = STAGES.flatMap(([stage, from, to]): LatencyStageDto[] => {
    const [fromMs, toMs] = [latency[from], latency[to]];
    if (fromMs === null || toMs === null || toMs < fromMs) return [];
    return [{ stage, fromMs, toMs, tookMs: toMs - fromMs }];
  });
  const responseMs = voiceStoppedMs === null || audibleMs === null ? null : audibleMs - voiceStoppedMs;
  return { turn, speculated, responseMs, stages: stages.sort((a, b) => a.fromMs - b.fromMs) };
}
