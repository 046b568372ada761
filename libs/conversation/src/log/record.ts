import type { CallEvent, CallRecord, RecordedEvent, TranscriptSegment, TurnLatency } from '../ports/index.js';
import type { LogEntry } from './entry.js';
import type { Input } from './input.js';

/**
 * What is kept of a call: the transcript, the way of each turn, what happened and how it ended. Derived from the log
 * alone; one that breaks off (the process died) gives all that stood in it, and no end.
 */
export function recordOf(entries: readonly LogEntry[]): CallRecord {
  const told = entries.flatMap(({ atMs, effects }) =>
    effects.flatMap((effect) => (effect.type === 'tell' ? [{ atMs, event: effect.event }] : [])),
  );
  const ended = told.map(({ event }) => event).find((event) => event.type === 'call.ended');
  return {
    segments: [...told.flatMap(({ event }) => segmentOf(event) ?? []), ...brokenOff(entries, ended !== undefined)]
      .sort((a, b) => a.startMs - b.startMs)
      .map((segment, seq) => ({ ...segment, seq })),
    latencies: latenciesOf(entries),
    events: told.map(({ atMs, event: { type, ...data } }, seq): RecordedEvent => ({
      seq,
      atMs: Math.round(atMs),
      type,
      data,
    })),
    endReason: ended?.reason ?? null,
    durationMs: Math.round(ended?.durationMs ?? entries.at(-1)?.atMs ?? 0),
  };
}

function segmentOf(event: CallEvent): TranscriptSegment | undefined {
  const times = (startMs: number, endMs: number) => ({ startMs: Math.round(startMs), endMs: Math.round(endMs) });
  if (event.type === 'caller.spoke') {
    const { turn, text, confidence, startMs, endMs } = event;
    const spoken = { seq: 0, speaker: 'caller' as const, said: text, heard: text, turn, confidence };
    return { ...spoken, ...times(startMs, endMs), interrupted: false, basis: null, kind: null };
  }
  if (event.type === 'agent.spoke') {
    const { turn, kind, text, heard, basis, startMs, endMs, interrupted } = event;
    const spoken = { seq: 0, speaker: 'agent' as const, said: text, heard, turn, kind, basis };
    return { ...spoken, ...times(startMs, endMs), interrupted, confidence: null };
  }
  return undefined;
}

/** What was being said when the log broke off: the pieces of the last reply that were heard whole. */
function brokenOff(entries: readonly LogEntry[], ended: boolean): TranscriptSegment[] {
  if (ended) return [];
  const audible = entries.findLast(({ input }) => input.type === 'reply-audible');
  if (audible?.input.type !== 'reply-audible') return [];
  const { epoch } = audible.input;
  const over = entries.some(({ effects }) =>
    effects.some(
      (effect) => effect.type === 'tell' && effect.event.type === 'agent.spoke' && effect.event.epoch === epoch,
    ),
  );
  if (over) return [];
  const spoken = entries.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.type === 'speak' && effect.epoch === epoch ? [effect] : [])),
  );
  if (spoken.length === 0) return []; // music, or another sound without words
  const pieces = spoken.filter(({ piece }, n) => spoken.findIndex((other) => other.piece === piece) === n); // once, however often made
  const isHeard = (piece: number) =>
    entries.some(({ input }) => input.type === 'piece-heard' && input.epoch === epoch && input.piece === piece);
  const said = pieces.map(({ text }) => text).join(' ');
  const heard = pieces.filter(({ piece }) => isHeard(piece)).map(({ text }) => text).join(' '); // prettier-ignore
  const startMs = Math.round(audible.atMs);
  const endMs = Math.round(entries.at(-1)?.atMs ?? startMs);
  const rest = { seq: 0, turn: 0, interrupted: true, basis: 'clock' as const, kind: null, confidence: null };
  return [{ ...rest, speaker: 'agent', said, heard, startMs, endMs }];
}

/** The stages of each turn that the agent answered; of one that went on after all, those of its last end. */
function latenciesOf(entries: readonly LogEntry[]): TurnLatency[] {
  const firstMs = firstsOf(entries);
  const latencies = new Map<number, TurnLatency>();
  let settledMs: number | undefined;
  for (const { atMs, input, effects } of entries) {
    if (input.type === 'words-settled') settledMs = atMs;
    for (const effect of effects) {
      if (effect.type !== 'tell' || effect.event.type !== 'turn.ended') continue;
      const { turn, epoch, voiceStoppedMs, speculated } = effect.event;
      const of = (type: Input['type'] | 'think') => msOf(firstMs.get(`${type} ${epoch}`));
      latencies.set(turn, {
        turn,
        voiceStoppedMs: msOf(voiceStoppedMs),
        wordsSettledMs: msOf(settledMs),
        turnEndedMs: msOf(atMs),
        askedMs: of('think'),
        firstTokenMs: of('model-answered'),
        firstSentenceMs: of('sentence-ready'),
        firstAudioMs: of('piece-sounded'),
        audibleMs: of('reply-audible'),
        speculated,
      });
    }
  }
  return [...latencies.values()];
}

/** When each kind of input, and the question to the model, was first there in each epoch. */
function firstsOf(entries: readonly LogEntry[]): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>();
  const note = (name: string, atMs: number) => firsts.has(name) || firsts.set(name, atMs);
  for (const { atMs, input, effects } of entries) {
    if ('epoch' in input) note(`${input.type} ${input.epoch}`, atMs);
    for (const effect of effects) if (effect.type === 'think') note(`think ${effect.epoch}`, atMs);
  }
  return firsts;
}

const msOf = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));
