import type { Bug } from '../bug.js';

const SRC = 'libs/conversation/src';
const FLOW = `${SRC}/conversation.spec.ts`;
const FUNCTIONS = `${SRC}/functions-in-a-call.spec.ts`;
const TROUBLE = `${SRC}/trouble-in-a-call.spec.ts`;
const PLAYOUT = `${SRC}/speaking/playout.spec.ts`;
const HEARD = `${SRC}/speaking/heard.spec.ts`;
const SENTENCES = `${SRC}/thinking/sentences.spec.ts`;
const FLOOR = `${SRC}/turns/floor.spec.ts`;
const RECOVERY = `${SRC}/turns/recovery.spec.ts`;
const CALLS = `${SRC}/thinking/functions.spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  file: `${SRC}/${file}`,
  find,
  replace,
  specs: [spec],
  why,
});

/** What is thought, said, and remembered as heard. */
export const BUGS: readonly Bug[] = [
  bug('thinking/answer.ts', FUNCTIONS, ['  runWaiting(draft);\n', ''], 'What was held back on a guess is never done.'),
  bug(
    'thinking/answer.ts',
    TROUBLE,
    ['  endRoundOfNothing(draft);\n', ''],
    'A guess without a word leaves the caller in silence.',
  ),
  bug(
    'thinking/answer.ts',
    FLOW,
    ['if (released) releaseReply(draft, false);', 'releaseReply(draft, false);'],
    'A guess sounds while the caller may still go on.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ['|| (changes && !reply.released)) continue;', ') continue;'],
    'A booking is made on a guess.',
  ),
  bug(
    'thinking/functions.ts',
    CALLS,
    ['    if (changes) commitWords(draft);\n', ''],
    'A booking that the caller talks over is forgotten, and made again.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ["kind === 'changes' ? '' : `#${reply.epoch}.${call.id}`", '`#${reply.epoch}.${call.id}`'],
    'The same booking in the next reply is a second booking.',
  ),
  bug(
    'thinking/functions.ts',
    CALLS,
    ['      .sort(([a], [b]) => (a < b ? -1 : 1))\n', ''],
    'The same arguments in another order are a second booking.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ['  noteLateResult(draft, key, resultJson);\n', ''],
    'The model never learns that a booking was made after all.',
  ),
  bug(
    'thinking/functions.ts',
    CALLS,
    ["calls.some(({ state }) => state !== 'returned')", "calls.every(({ state }) => state !== 'returned')"],
    'The model is asked again while one of two functions is still out.',
  ),
  bug(
    'thinking/functions.ts',
    CALLS,
    ['if (round >= MOST_ROUNDS) return endThought(draft, reply);', ''],
    'A model that calls functions in a circle never stops.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ['Array.isArray(offered) && offered.includes(to)', 'Array.isArray(offered)'],
    'A call is transferred to whatever the caller talked the model into.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ['[phrases.goodbye] : [phrases.oneMoment], afterwards)', '[phrases.goodbye] : [phrases.oneMoment])'],
    'A model that only hangs up is told goodbye, and the call goes on.',
  ),
  bug(
    'thinking/history.ts',
    FUNCTIONS,
    ["state === 'returned' || (state === 'running' && kind === 'changes')", "state === 'returned'"],
    'A booking under way is missing from the history.',
  ),
  bug(
    'thinking/history.ts',
    CALLS,
    ["state === 'returned' || (state === 'running' && kind === 'changes')", 'true'],
    'The history holds a function without an answer, which a model refuses.',
  ),
  bug(
    'thinking/history.ts',
    FLOW,
    ['reply.words && !reply.committed ?', 'reply.words && reply.committed ?'],
    'The model is not told what the caller said.',
  ),
  bug(
    'thinking/reply.ts',
    FLOW,
    ['piece === heard.wholePieces ? heard.partText', 'piece === heard.wholePieces ? text'],
    'The agent remembers what the caller never heard.',
  ),
  bug(
    'thinking/reply.ts',
    FLOW,
    ["if (cutOff) texts[lastHeard] += '—';", ''],
    'The model does not know that it was cut off.',
  ),
  bug(
    'thinking/reply.ts',
    FLOOR,
    ['if (!reply?.words || reply.committed) return;', 'if (!reply?.words) return;'],
    'The words of the caller stand in the history twice.',
  ),
  bug(
    'thinking/reply.ts',
    FLOOR,
    ['reply.words && !reply.committed ? draft.call.turn - 1 : draft.call.turn', 'draft.call.turn'],
    'Turns that never were are counted.',
  ),
  bug(
    'thinking/reply.ts',
    TROUBLE,
    ['stopping: reply.audibleMs === null ? draft.call.stopping : [...draft.call.stopping, reply]', 'stopping: []'],
    'Of a reply that was cut off nothing is remembered.',
  ),
  bug(
    'thinking/reply.ts',
    `${SRC}/turns/ending.spec.ts`,
    ['[...draft.call.stopping, reply]', '[reply]'],
    'Of two replies that were cut off in one breath only the second is remembered.',
  ),
  bug(
    'thinking/reply.ts',
    FLOOR,
    ["  draft.cancelTimer('overlap');\n  draft.cancelTimer('resume');\n", ''],
    'The timer of one overlap decides the next one.',
  ),
  bug(
    'thinking/reply.ts',
    FUNCTIONS,
    ['  if (reply.audibleMs === null && reply.committed) {', '  if (reply.audibleMs !== null && reply.committed) {'],
    'A booking that was made before a word of it was heard is forgotten.',
  ),
  bug(
    'thinking/thinker.ts',
    FLOW,
    ['    this.#asking.stop.abort();\n', ''],
    'Nobody stops the model: it goes on writing what nobody hears.',
  ),
  bug(
    'thinking/thinker.ts',
    FUNCTIONS,
    ['    (cutOff ? rest.slice(0, -1) : rest).forEach(say); //', '    //'],
    'The last sentence before a function is lost.',
  ),
  bug(
    'thinking/sentences.ts',
    SENTENCES,
    ['if (ABBREVIATIONS.has(lastWord) ||', 'if ('],
    'A sentence is cut at "Dr.".',
  ),
  bug(
    'thinking/sentences.ts',
    SENTENCES,
    ['    this.#text = rest;\n', "    this.#text = '';\n"],
    'The beginning of each next sentence is lost.',
  ),
  bug(
    'step.ts',
    FUNCTIONS,
    ['  if (reply.afterwards) return goOnAfterwards(draft, reply.afterwards);\n', ''],
    'The agent says goodbye and stays on the line.',
  ),
  bug(
    'thinking/functions.ts',
    FUNCTIONS,
    ["draft.putReply({ afterwards: { type: 'end', reason: 'agent-hung-up' } });", "draft.do({ type: 'hang-up' });"],
    'The line is closed before the goodbye was heard.',
  ),
  bug(
    'step.ts',
    RECOVERY,
    ['draft.putReply({ heardPieces: input.piece + 1 });', 'draft.putReply({ heardPieces: input.piece });'],
    'A filler is not said because a sentence that was heard counts as still to come.',
  ),
  bug(
    'speaking/heard.ts',
    HEARD,
    ['tokens.slice(0, heard).join', 'tokens.slice(0, heard + 1).join'],
    'A word more than was heard is remembered.',
  ),
  bug(
    'speaking/heard.ts',
    HEARD,
    ['whole ? lengthMs : Math.max(lengthMs, text.length * MS_PER_CHARACTER)', 'lengthMs'],
    'A piece of which a second was made counts as heard to its end.',
  ),
  bug(
    'speaking/playout.ts',
    PLAYOUT,
    ['const startMs = Math.max(this.#silentFromMs, nowMs);', 'const startMs = this.#silentFromMs || nowMs;'],
    'After a stall or running dry, what is late is sent in a burst, and counts as heard.',
  ),
  bug(
    'speaking/playout.ts',
    PLAYOUT,
    ['    this.#next = this.#heard;\n', ''],
    'A held reply goes on where it was sent, not where it was heard.',
  ),
  bug(
    'speaking/playout.ts',
    PLAYOUT,
    ['    if (this.#sounding) this.line.clear();\n', ''],
    'What lies at the carrier is heard after the barge-in.',
  ),
  bug(
    'speaking/playout.ts',
    PLAYOUT,
    ['first.from + Math.floor((first.to - first.from) * share)', 'first.to'],
    'A held reply skips what was not heard of the chunk.',
  ),
  bug(
    'speaking/playout.ts',
    FLOW,
    ['this.isClosed() && this.#heard.piece', 'this.#heard.piece'],
    'A reply that waits for the model counts as finished.',
  ),
  bug(
    'speaking/speaker.ts',
    TROUBLE,
    ["if (reply.state !== 'released' || reply.stop", 'if (reply.stop'],
    'What was held, or only guessed, sounds.',
  ),
  bug(
    'speaking/speaker.ts',
    TROUBLE,
    ['    reply.stop.abort();\n    const place', '    const place'],
    'The voice goes on making what nobody will hear.',
  ),
  bug(
    'speaking/phrases.ts',
    FLOW,
    ['[voice, voiceId, language, rateHz, text].join', '[voice, voiceId, language, rateHz].join'],
    'Every cached phrase sounds like the last one.',
  ),
  bug(
    'speaking/playout.ts',
    PLAYOUT,
    ['if (count <= 0) return false;', 'if (count === 0) return false;'],
    'A sentence that is made again is sent backwards, and in a burst.',
  ),
];
