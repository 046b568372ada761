import { assertNever } from '@app/kernel';
import type { OnlookedMoment } from './lab-call.js';

/** `01:05.2`, of a call's clock. */
export function clockTime(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  return `${String(minutes).padStart(2, '0')}:${String(Math.floor(rest / 10)).padStart(2, '0')}.${rest % 10}`;
}

const line = (atMs: number, who: string, what: string): string => `  ${clockTime(atMs)}  ${who.padEnd(7)} ${what}`;
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** One line for each thing that happens in a call, as it happens. */
export function liveLine(moment: OnlookedMoment): string {
  switch (moment.type) {
    case 'rings':
      return `  +${moment.from.replace('+', '')} rings ${moment.to} (${moment.agent}); lab seed ${moment.seed}`;
    case 'caller-speaks':
      return line(moment.fromMs, 'caller', `${moment.text}${ASIDE[moment.by]}`);
    case 'agent-spoke':
      return line(moment.fromMs, 'agent', `${moment.words}${replied(moment.replyMs)}`);
    case 'ended':
      return line(moment.atMs, '', ENDINGS[moment.end]);
    default:
      return assertNever(moment);
  }
}

const ASIDE = { say: '', bargeIn: '   [cuts in]', backchannel: '   [while the agent speaks]' } as const;
const ENDINGS = {
  'caller-hung-up': 'The caller hangs up.',
  'agent-closed': 'The agent hangs up.',
  transferred: 'The call is transferred.',
  lost: 'The line is lost.',
} as const;

const replied = (replyMs: number | null): string => (replyMs === null ? '' : `   [after ${inSeconds(replyMs)}]`);
