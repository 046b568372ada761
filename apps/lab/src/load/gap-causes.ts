import type { Clock } from '@app/kernel';
import { z } from 'zod';
import { CentreClient } from '../call/centre-client.js';
import type { Centre } from '../call/centre.js';
import type { CallFigures } from './call-figures.js';
import type { CallersReport } from './figures.js';
import { type Gap, LONGEST_PACED_MS } from './lateness.js';

const ENTRY = z.object({ atMs: z.number(), input: z.object({ type: z.string() }) });

/** With these the centre had nothing more to send: the words or the voice were not there yet, or all was said. */
const SENT_ALL: ReadonlySet<string> = new Set(['reply-ran-dry', 'reply-finished', 'reply-held', 'reply-stopped']);
/** What lies between its clock and the carrier's: the way of a message, and a busy moment. */
const AROUND_MS = 60;
const LOG_WITHIN_MS = 2_000;

/** When a call had nothing to send, ms since its first sound was sent. @param log JSON lines, as the API tells them */
export function pausesIn(log: string): number[] {
  const entries = log.split('\n').flatMap((line) => (line.trim() === '' ? [] : [ENTRY.parse(JSON.parse(line))]));
  const first = entries.find(({ input }) => input.type === 'reply-audible');
  if (!first) return [];
  return entries.filter(({ input }) => SENT_ALL.has(input.type)).map(({ atMs }) => atMs - first.atMs);
}

/** Of the silences in a call those for which there was sound to send; the others it waited through. */
export function withCauses(call: CallFigures, pausesMs: readonly number[]): CallFigures {
  const waited = ({ fromMs, lengthMs }: Gap) =>
    pausesMs.some((atMs) => atMs >= fromMs - AROUND_MS && atMs <= fromMs + lengthMs + AROUND_MS);
  return {
    ...call,
    gaps: call.gaps.filter((gap) => !waited(gap)),
    waitsMs: call.gaps.filter(waited).map(({ lengthMs }) => lengthMs),
  };
}

/** Without a log to look into: a longer silence may be a pause between two sentences. */
export const withoutCauses = (call: CallFigures): CallFigures => ({
  ...call,
  gaps: call.gaps.filter(({ lengthMs }) => lengthMs <= LONGEST_PACED_MS),
});

/** Looks each call with a silence up in its log, when all calls are over. @throws CentreError */
export async function tellCauses(
  reports: readonly CallersReport[],
  centre: Centre,
  clock: Clock,
): Promise<CallersReport[]> {
  const client = new CentreClient(centre, clock);
  const told: CallersReport[] = [];
  for (const report of reports) {
    const calls: CallFigures[] = [];
    for (const call of report.calls) calls.push(call.gaps.length === 0 ? call : await judged(call, client));
    told.push({ ...report, calls });
  }
  return told;
}

/** One whose log is not there keeps all its gaps. */
async function judged(call: CallFigures, client: CentreClient): Promise<CallFigures> {
  const id = await client.findCall(call.carrierCallId, LOG_WITHIN_MS);
  const log = id === undefined ? undefined : await client.log(id, LOG_WITHIN_MS);
  return log === undefined ? call : withCauses(call, pausesIn(log));
}
