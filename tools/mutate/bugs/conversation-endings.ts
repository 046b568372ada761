import type { Bug } from '../bug.js';

const SRC = 'libs/conversation/src';
const FLOW = `${SRC}/conversation.spec.ts`;
const TROUBLE = `${SRC}/trouble-in-a-call.spec.ts`;
const FLOOR = `${SRC}/turns/floor.spec.ts`;
const RECOVERY = `${SRC}/turns/recovery.spec.ts`;
const ENDING = `${SRC}/turns/ending.spec.ts`;
const CALLS = `${SRC}/thinking/functions.spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  file: `${SRC}/${file}`,
  find,
  replace,
  specs: [spec],
  why,
});

/** What is owed, what helps when it is missed, and how a call ends. */
export const BUGS: readonly Bug[] = [
  bug(
    'turns/obligation.ts',
    FLOOR,
    ["if (agent.floor === 'replying' && agent.reply.released)", "if (agent.floor === 'replying')"],
    'A guess is taken for somebody who is late.',
  ),
  bug(
    'turns/obligation.ts',
    FLOOR,
    ["Math.max(caller.sinceMs, agent.floor === 'idle' ? agent.sinceMs : 0)", 'caller.sinceMs'],
    'The agent asks whether anybody is there as soon as it has finished a long answer.',
  ),
  bug(
    'step.ts',
    TROUBLE,
    ["  if (now) draft.setTimer('obligation', now.dueMs);\n", ''],
    'Nobody watches over silence.',
  ),
  bug(
    'turns/recovery.ts',
    RECOVERY,
    ['|| obligation.dueMs > draft.atMs) return;', ') return;'],
    'A timer whose reason is gone counts as a miss.',
  ),
  bug(
    'turns/recovery.ts',
    TROUBLE,
    ['piece.tries > 1', 'piece.tries > 0'],
    'One hiccup of the voice costs the sentence.',
  ),
  bug(
    'turns/recovery.ts',
    FLOW,
    ['const prompt = stillThere[silencePrompts];', 'const prompt = stillThere[0];'],
    'A caller who left is asked for ever.',
  ),
  bug(
    'turns/recovery.ts',
    TROUBLE,
    ['afterMs: (failures - 1) * REOPEN_AFTER_MS', 'afterMs: Infinity'],
    'A recogniser that was lost never comes back.',
  ),
  bug(
    'thinking/functions.ts',
    CALLS,
    ["  if (kind !== 'changes')\n    return", '  return'],
    'The model thinks that a booking of unknown fate was not made.',
  ),
  bug(
    'turns/recovery.ts',
    ENDING,
    ["if (hangUpTries > 2) return closeCall(draft, 'lost');", ''],
    'A call whose carrier does not hang up never ends.',
  ),
  bug(
    'turns/ending.ts',
    TROUBLE,
    ["phase !== 'closed' || stopping.length > 0 ||", "phase !== 'closed' ||"],
    'The end is told before what was heard of the last sentence.',
  ),
  bug(
    'turns/ending.ts',
    ENDING,
    ['agent, endReason: draft.call.endReason ?? reason', 'agent, endReason: reason'],
    'A second hang-up overwrites why the call ended.',
  ),
  bug(
    'turns/ending.ts',
    TROUBLE,
    ["end === 'lost' ? 'line-lost' : 'caller-hung-up'", "'line-lost'"],
    'Every caller who hangs up counts as a broken line.',
  ),
  bug(
    'turns/ending.ts',
    FLOW,
    ['if (!draft.reply?.sounding) sayTimeIsUp(draft);', ''],
    'A call whose time is up goes on in silence.',
  ),
  bug(
    'turns/recovery.ts',
    RECOVERY,
    ['(released ? trouble(draft) : stopReply(draft))', 'trouble(draft)'],
    'A guess that failed is apologised for while the caller speaks.',
  ),
  bug(
    'turns/recovery.ts',
    RECOVERY,
    ['=== round && !piece.filler);', '=== round);'],
    'After "one moment" a model that broke leaves the caller in silence.',
  ),
  bug(
    'turns/ending.ts',
    ENDING,
    ["floor: 'idle', sinceMs: draft.atMs } as const", "floor: 'idle', sinceMs: 0 } as const"],
    'The carrier is given up before it could hang up.',
  ),
  bug(
    'thinking/reply.ts',
    ENDING,
    ['if (draft.reply?.released) commitWords(draft);', ''],
    'The last question of a caller who hangs up is not kept.',
  ),
  bug(
    'step.ts',
    ENDING,
    ["if (call.phase !== 'closed' || COMES_AFTER_THE_END.has(input.type)) take", 'take'],
    'A call that is over goes on hearing.',
  ),
  bug('step.ts', RECOVERY, ['a?.dueMs === b?.dueMs && ', ''], 'An obligation whose time has moved is not armed again.'),
];
