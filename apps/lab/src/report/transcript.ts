import type { ApiSegment } from '../call/api-call.js';
import type { HeardWord } from '../ear/heard-words.js';
import { stretches } from './memory.js';
import { type HeardCall, linesOf, type PlayedCall } from './played-call.js';

/** One utterance from all sides; null where that side knows nothing of it. */
export interface TranscriptRow {
  speaker: 'caller' | 'agent';
  fromMs: number;
  /** The caller: what it said. The agent: what the record says that it set out to say. */
  said: string | null;
  /** What the record has: of the caller what was understood, of the agent what it believes was heard. */
  recorded: string | null;
  /** The agent: what the lab's ear heard. */
  heard: string | null;
  interrupted: boolean;
}

/** A longer pause than this begins a new utterance, for the ear. */
const PAUSE_MS = 1_200;
/** The ear and the record may place the same utterance so far apart: the carrier's delay, and the clocks' beginnings. */
const SAME_MS = 1_500;

export function transcriptRows(
  call: PlayedCall,
  heard: HeardCall | null,
  transcript: readonly ApiSegment[],
): TranscriptRow[] {
  const rows = [...callerRows(call, transcript), ...agentRows(call, heard, transcript)];
  return rows.sort((a, b) => a.fromMs - b.fromMs);
}

function callerRows({ steps }: PlayedCall, transcript: readonly ApiSegment[]): TranscriptRow[] {
  const left = transcript.filter(({ speaker }) => speaker === 'caller');
  const rows = steps.flatMap(({ line }): TranscriptRow[] => {
    if (!line) return [];
    const own = left.filter(
      ({ startMs, endMs }) => startMs < line.toMs + SAME_MS / 2 && endMs > line.fromMs - SAME_MS / 2,
    );
    for (const segment of own) left.splice(left.indexOf(segment), 1);
    const recorded = own.length > 0 ? own.map(({ said }) => said).join(' ') : null;
    return [{ speaker: 'caller', fromMs: line.fromMs, said: line.text, recorded, heard: null, interrupted: false }];
  });
  return [...rows, ...left.map((segment) => recordOnly(segment, 'caller'))];
}

function agentRows(call: PlayedCall, heard: HeardCall | null, transcript: readonly ApiSegment[]): TranscriptRow[] {
  const spoken = heard ? utterances(call, heard) : [];
  const left = new Set(transcript.filter(({ speaker }) => speaker === 'agent'));
  const rows = spoken.map((words): TranscriptRow => {
    const fromMs = words[0]?.startMs ?? 0;
    const own = [...left].filter(
      ({ startMs, endMs }) => startMs < (words.at(-1)?.endMs ?? 0) && endMs > fromMs - SAME_MS,
    );
    for (const segment of own) left.delete(segment);
    return { ...joined(own), speaker: 'agent', fromMs, heard: textOf(words) };
  });
  return [...rows, ...[...left].map((segment) => recordOnly(segment, 'agent'))];
}

/** What the ear heard, split where the agent paused for long and where the caller took the floor. */
function utterances({ steps }: PlayedCall, { words }: HeardCall): HeardWord[][] {
  const floors = linesOf(steps).map(({ line }) => line.fromMs);
  const turnOf = (word: HeardWord) => floors.filter((fromMs) => fromMs + SAME_MS / 2 < word.startMs).length;
  return stretches(words, PAUSE_MS).flatMap((stretch) => {
    const turns = [...new Set(stretch.map(turnOf))];
    return turns.map((turn) => stretch.filter((word) => turnOf(word) === turn));
  });
}

const joined = (segments: readonly ApiSegment[]): Pick<TranscriptRow, 'said' | 'recorded' | 'interrupted'> => ({
  said: segments.length > 0 ? segments.map(({ said }) => said).join(' ') : null,
  recorded: segments.length > 0 ? segments.map(({ heard }) => heard).join(' ') : null,
  interrupted: segments.some(({ interrupted }) => interrupted),
});

const recordOnly = (segment: ApiSegment, speaker: TranscriptRow['speaker']): TranscriptRow => ({
  speaker,
  fromMs: segment.startMs,
  said: speaker === 'agent' ? segment.said : null,
  recorded: segment.heard,
  heard: null,
  interrupted: segment.interrupted,
});

export const textOf = (words: readonly HeardWord[]): string => words.map(({ text }) => text).join(' ');
