import type { ApiSegment } from '../call/api-call.js';
import type { PlayedStep } from '../caller/virtual-caller.js';
import { linesOf } from './played-call.js';
import { editCount, wordsOf } from './words.js';

export interface UnderstoodLine {
  said: string;
  /** What the record has in the place of this line; empty: nothing. */
  understood: string;
  words: number;
  errors: number;
}

/** The record's clock and the lab's may differ by a stream's set-up, and a voice detector opens and closes late. */
const SLACK_MS = 600;

/** What was understood of each line of the caller's, by its place in time. A segment belongs to the line it overlaps most. */
export function understoodLines(steps: readonly PlayedStep[], transcript: readonly ApiSegment[]): UnderstoodLine[] {
  const lines = linesOf(steps).map(({ line }) => ({ ...line, segments: [] as ApiSegment[] }));
  for (const segment of transcript.filter(({ speaker }) => speaker === 'caller')) {
    const overlaps = lines.map((line) => overlapMs(segment, line));
    const most = Math.max(...overlaps, 0);
    if (most > 0) lines[overlaps.indexOf(most)]?.segments.push(segment);
  }
  return lines.map(({ text, segments }) => {
    const understood = segments.map(({ said }) => said).join(' ');
    const words = wordsOf(text);
    return { said: text, understood, words: words.length, errors: editCount(words, wordsOf(understood)) };
  });
}

/** Substituted, missing and added words over words said, 0 and up; null when nothing was said. */
export function wordErrorRate(lines: readonly UnderstoodLine[]): number | null {
  const words = lines.reduce((sum, line) => sum + line.words, 0);
  return words === 0 ? null : lines.reduce((sum, line) => sum + line.errors, 0) / words;
}

const overlapMs = (segment: ApiSegment, line: { fromMs: number; toMs: number }): number =>
  Math.min(segment.endMs, line.toMs + SLACK_MS) - Math.max(segment.startMs, line.fromMs - SLACK_MS);
