import type { Bug } from '../bug.js';

const SRC = 'libs/conversation/src';
const FLOW = `${SRC}/conversation.spec.ts`;
const TROUBLE = `${SRC}/trouble-in-a-call.spec.ts`;
const FLOOR = `${SRC}/turns/floor.spec.ts`;
const ENDING = `${SRC}/turns/ending.spec.ts`;
const CALLS = `${SRC}/thinking/functions.spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  file: `${SRC}/${file}`,
  find,
  replace,
  specs: [spec],
  why,
});

/** Whose floor it is. */
export const BUGS: readonly Bug[] = [
  bug(
    'draft.ts',
    FLOOR,
    ['this.reply?.epoch === epoch ?', 'this.reply ?'],
    'A reply that is over speaks for the next one.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['if (!caller.settled || (words', 'if ((words'],
    'The turn ends before its words came.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    [
      "  draft.cancelTimer('pause');\n  draft.cancelTimer('late-words');\n  draft.put({ caller: { floor: 'speaking'",
      "  draft.put({ caller: { floor: 'speaking'",
    ],
    'A pause that the caller ended still ends the turn.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["if (caller.floor !== 'pausing' || !words) return;", "if (caller.floor === 'quiet' || !words) return;"],
    'The agent answers a caller who is still speaking.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["  draft.put({ owed: '' });\n", ''],
    'All that sounds like an old answer is never heard again.',
  ),
  bug(
    'turns/caller.ts',
    TROUBLE,
    ["settled: textOf(words), changing: '' },", "changing: '' },"],
    'What the recogniser never settled is lost.',
  ),
  bug(
    'turns/caller.ts',
    FLOW,
    ["words: { ...before, settled, changing: '',", 'words: { ...before, settled,'],
    'Settled words stand in the turn twice.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['const settled = `${before.settled} ${text.trim()}`.trim();', 'const settled = text.trim();'],
    'The first half of a turn is lost when the second is settled.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['Math.min(before.confidence, confidence)', 'confidence'],
    'The confidence of a turn is that of its last words alone.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['words.guesses >= MOST_GUESSES', 'false'],
    'A caller who halts often costs a request each time.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['words.endMs - words.startMs >= LOST_SPEECH_MS', 'true'],
    'The agent asks a cough to say it again.',
  ),
  bug('turns/caller.ts', TROUBLE, ['  speechLost(draft, mute);\n', ''], 'Speech that got lost is passed over.'),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["draft.setTimer('resume', endMs", "draft.setTimer('late-words', endMs"],
    'After a cough the agent stays silent for 12 seconds.',
  ),
  bug(
    'turns/end-of-turn.ts',
    FLOOR,
    ["evidence.key === '#' ? 0 :", "evidence.key === '#' ? 5_000 :"],
    'Nobody hears that # ends what was typed.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["  if (caller.floor === 'speaking') return;\n  const settled", '  const settled'],
    'A key ends the turn of a caller who is still speaking.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["draft.setTimer('late-words', draft.atMs + draft.call.settings.turns.lateWordsMs);\n}", '}'],
    'Words without a voice wait for the recogniser for ever.',
  ),
  bug(
    'turns/overlap.ts',
    FLOW,
    ["draft.setTimer('overlap', onsetMs", "draft.setTimer('late-words', onsetMs"],
    'An overlap is never decided by the voice alone.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ["draft.setTimer('overlap', onsetMs + settings", "draft.setTimer('overlap', draft.atMs + settings"],
    'The caller speaks over the agent for longer than the budget.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ['return !wasAsked && isBackchannel', 'return isBackchannel'],
    'A yes to the question that was just asked is taken for encouragement.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ['!agent.overlap?.voiced) return;', '!agent.overlap) return;'],
    'A cough that is over still silences the agent.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ['&& !overlap.putOff)', ')'],
    'A caller who goes on after "yes" is never let in by the voice.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ["!overlap && told === 'changed') return;", 'false) return;'],
    'A guess of the recogniser without any voice stops the agent.',
  ),
  bug(
    'turns/overlap.ts',
    FLOW,
    ["  draft.do({ type: 'resume-reply', epoch: reply.epoch });\n", ''],
    'An agent that was held never goes on.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ['  draft.put({ words: joined(reply.words, draft.call.words) });\n', ''],
    'What the caller said before the agent was heard is lost.',
  ),
  bug(
    'turns/overlap.ts',
    CALLS,
    ['if (!reply.words || reply.committed) return;', 'if (!reply.words) return;'],
    'Words that a booking has answered are answered again.',
  ),
  bug(
    'turns/overlap.ts',
    FLOW,
    ['!== plain(`${reply.words?.settled}', '=== plain(`${reply.words?.settled}'],
    'A guess is kept although the caller said more, and dropped when it was right.',
  ),
  bug('turns/overlap.ts', ENDING, ["  'time-limit',\n", ''], 'The caller talks the end of the call away.'),
  bug(
    'turns/end-of-turn.ts',
    `${SRC}/turns/end-of-turn.spec.ts`,
    ["if (verdicts.includes('more')) return turns.hesitationMs;\n", ''],
    'A caller who says "and" is cut off.',
  ),
  bug(
    'turns/caller.ts',
    TROUBLE,
    ['owed: words.changing || draft.call.owed,\n  });', "owed: '',\n  });"],
    'Late words are taken for a new turn.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['owed: words.changing || draft.call.owed, silencePrompts', 'owed: words.changing, silencePrompts'],
    'Words that were answered early are answered twice.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ['|| isLike(draft, text)) return;', ') return;'],
    'A guess that comes again after it was answered begins a new turn.',
  ),
  bug(
    'turns/caller.ts',
    FLOOR,
    ["  considerWords(draft, 'settled');\n  judgePause(draft);\n}", '  judgePause(draft);\n}'],
    'A quiet caller whose words are settled late cannot interrupt.',
  ),
  bug(
    'turns/caller.ts',
    ENDING,
    ["|| phase === 'ending') return;", ') return;'],
    'The agent begins to answer after it has asked the carrier to hang up.',
  ),
  bug(
    'turns/overlap.ts',
    FLOW,
    ['if (encourages(draft, text) || (told', 'if ((told'],
    'A backchannel stops the agent.',
  ),
  bug(
    'turns/overlap.ts',
    FLOOR,
    ['if (reply.released && reply.audibleMs === null) return goOnTogether(draft, reply);\n  stopReply', 'stopReply'],
    'Words before a key was pressed are lost.',
  ),
];
