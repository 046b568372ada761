import type { LiveCall } from '@app/live-state';

/** `watch`: it is asked about when it is not there at the next look either. */
export type GoneVerdict = 'well' | 'watch' | 'ask';

/** Webhooks and the carrier's own list may be this late. */
export const GRACE_MS = 15_000;

export interface Looked {
  /** Whether the carrier has the call. */
  isListed: boolean;
  /** Whether it was gone at the last look. */
  wasGone: boolean;
  /** Now, ms since the epoch. */
  atMs: number;
}

/** Whether the carrier has had time to list it, and does not. */
export const isGone = (
  { carrierCallId, startedAt }: Pick<LiveCall, 'carrierCallId' | 'startedAt'>,
  { isListed, atMs }: Pick<Looked, 'isListed' | 'atMs'>,
): boolean => carrierCallId !== null && !isListed && atMs - Date.parse(startedAt) >= GRACE_MS;

/** Whether the node that has a live call is to be asked for it: its carrier does not have it any more, at two looks in a row. */
export function verdictOn(
  call: Pick<LiveCall, 'state' | 'carrierCallId' | 'startedAt'>,
  { wasGone, ...looked }: Looked,
): GoneVerdict {
  if (call.state !== 'live' || !isGone(call, looked)) return 'well';
  return wasGone ? 'ask' : 'watch';
}
