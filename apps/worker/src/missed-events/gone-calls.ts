import type { LiveCall } from '@app/live-state';

/** `watch`: it is asked about when it is not there at the next look either. */
export type GoneVerdict = 'well' | 'watch' | 'ask';

/** A carrier's list may be this late. */
const GRACE_MS = 15_000;

export interface Looked {
  /** Whether the carrier has the call. */
  isListed: boolean;
  /** Whether it was gone at the last look. */
  wasGone: boolean;
  /** Now, ms since the epoch. */
  atMs: number;
}

/** Whether the node that has a live call is to be asked for it: its carrier does not have it any more, at two looks in a row. */
export function verdictOn(
  { state, carrierCallId, startedAt }: Pick<LiveCall, 'state' | 'carrierCallId' | 'startedAt'>,
  { isListed, wasGone, atMs }: Looked,
): GoneVerdict {
  if (state !== 'live' || carrierCallId === null || isListed) return 'well';
  if (atMs - Date.parse(startedAt) < GRACE_MS) return 'well';
  return wasGone ? 'ask' : 'watch';
}
