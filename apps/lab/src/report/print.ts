import type { CallReport } from './call-report.js';
import { LIMITS } from './verdict.js';
import type { TurnTaken } from './turns.js';

const inSeconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1_000).toFixed(2)} s`);
const inMs = (ms: number | null): string => (ms === null ? '-' : `${Math.round(ms)}`);

/** What a call was like, in lines for a terminal. Short: the turns, the overlaps, and whether each memory was right. */
export function reportLines(report: CallReport): string[] {
  return [
    ...turnLines(report.turns),
    ...report.bargeIns.map(({ tookMs, lateMs }) =>
      tookMs === null
        ? '  barge-in: the agent did not yield'
        : `  barge-in: break ${inMs(tookMs)} ms after the voice's onset, last sound of the reply ${inMs(lateMs)} ms after it`,
    ),
    ...report.backchannels.map(
      ({ text, stopped, pausedMs }) =>
        `  backchannel ${JSON.stringify(text)}: ${stopped ?? `the agent went on to its end${pausedMs > 0 ? `, after a pause of ${pausedMs} ms` : ''}`}`,
    ),
    `  understood: ${understanding(report)}`,
    `  remembered: ${memory(report)}`,
    ...report.cut.map(
      ({ toldMs, heardMs, lateMs }) =>
        `  cut off: the model was told ${inSeconds(toldMs)} of the reply, ${inMs(lateMs)} ms after the break; the ear heard ${inSeconds(heardMs)}`,
    ),
    `  longest silence that nobody asked for: ${silence(report)}; carrier delay ${report.carrierDelayMs} ms`,
  ];
}

/** As heard by the ear, as recorded, as said: one utterance a line, with what differs. */
export function transcriptLines({ transcript }: CallReport): string[] {
  return transcript.flatMap(({ speaker, said, recorded, heard }) => {
    const own = speaker === 'caller' ? said : (heard ?? recorded);
    const first = `  ${speaker.padEnd(7)} ${own ?? '(nothing)'}`;
    const record = `          recorded as: ${recorded ?? '(nothing)'}`;
    return recorded === own ? [first] : [first, record];
  });
}

function turnLines(turns: readonly TurnTaken[]): string[] {
  const header = '  reply after   recogniser   judgement   model   voice   line (ms, from the record)';
  const rows = turns.map(({ replyMs, stages }) => {
    const columns = [stages?.recogniserMs, stages?.judgementMs, stages?.modelMs, stages?.voiceMs, stages?.lineMs];
    const [recogniser, judgement, model, voice, line] = columns.map((ms) => inMs(ms ?? null));
    return `  ${inSeconds(replyMs).padEnd(13)} ${recogniser?.padEnd(12)} ${judgement?.padEnd(11)} ${model?.padEnd(7)} ${voice?.padEnd(7)} ${line}`;
  });
  return turns.length === 0 ? [] : [header, ...rows];
}

function understanding({ wordErrorRate, recogniser, understood }: CallReport): string {
  const words = understood.reduce((sum, line) => sum + line.words, 0);
  if (wordErrorRate !== null)
    return `word error rate ${(wordErrorRate * 100).toFixed(1)} % of ${words} words (PocketSphinx)`;
  return recogniser === 'script'
    ? 'not measured: the recogniser double knows its script'
    : 'not measured: the recogniser is no double';
}

function memory({ told }: CallReport): string {
  if (told === null) return 'not measured: no double was the model or the voice';
  const worst = Math.max(0, ...told.map(({ differs }) => differs));
  return `${told.length} replies told to the model, at most ${worst} words from what the ear heard (limit ${LIMITS.toldWords})`;
}

const silence = ({ silences }: CallReport): string => {
  const [longest] = silences;
  return longest ? inSeconds(longest.toMs - longest.fromMs) : 'under 1.5 s';
};
