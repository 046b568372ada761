import type { CommandResult } from '@app/conversation';
import type { Line } from '@app/conversation/ports';
import type { CommandAnswer } from '@app/live-state';

/** A carrier that has a call sends sound of it, also of silence. */
const QUIET_MS = 10_000;

/** Its carrier does not list it: a line over which nothing comes is lost; one that sounds is the better witness. */
export function giveUpQuiet(line: Pick<Line, 'quietMs'> & Required<Pick<Line, 'leave'>>): CommandAnswer {
  const { quietMs } = line;
  if (quietMs === undefined) return { state: 'refused', why: 'line-unknown' };
  if (quietMs < QUIET_MS) return { state: 'refused', why: 'line-sounds' };
  line.leave();
  return { state: 'done', effect: 'line-lost' };
}

/** What its conversation did with a command. */
export const answerOf = (result: CommandResult): CommandAnswer =>
  'done' in result ? { state: 'done', effect: result.done } : { state: 'refused', why: result.refused };
