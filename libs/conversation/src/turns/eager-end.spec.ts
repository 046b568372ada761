import { describe, expect, it } from '@jest/globals';
import { replay } from '../log/replay.js';
import type { Input } from '../log/input.js';
import { someSettings } from '../testing/index.js';
import { SteppedCall } from '../testing/stepped-call.js';

type Happens = 'voice' | 'quiet' | 'guessed' | 'resumed' | 'late' | 'pause' | `~${string}` | `=${string}`;

/** `~` words that may change, `=` words that are settled; each 100 ms after the one before. */
function inputOf(happens: Happens, call: SteppedCall): Input {
  const text = happens.slice(1);
  if (happens.startsWith('~')) return { type: 'words-changed', text };
  if (happens.startsWith('=')) return { type: 'words-settled', text, confidence: 1 };
  switch (happens) {
    case 'voice':
      return { type: 'voice-started', onsetMs: call.atMs };
    case 'quiet':
      return { type: 'voice-stopped', endMs: call.atMs };
    case 'guessed':
      return { type: 'turn-guessed' };
    case 'resumed':
      return { type: 'turn-resumed' };
    default:
      return { type: 'timer-due', timer: happens === 'late' ? 'late-words' : 'pause' };
  }
}

function lived(happenings: readonly Happens[], speculates = true): SteppedCall {
  const call = SteppedCall.greeted({ settings: someSettings({ speculates }) });
  for (const happens of happenings) call.give(inputOf(happens, call), 100);
  return call;
}

/** What became of the answers: begun, dropped, released. */
const answersOf = (call: SteppedCall) =>
  call.effects.flatMap((effect) =>
    effect.type === 'think' || effect.type === 'stop-reply'
      ? [effect.type]
      : effect.type === 'tell' && effect.event.type === 'turn.ended'
        ? [effect.event.speculated ? 'release' : 'answer']
        : [],
  );

describe('a turn that the recogniser guesses to be over', () => {
  it.each<[string, Happens[], string[]]>([
    ['is answered at once, while the detector still hears a voice', ['voice', '~book a table', 'guessed'], ['think']],
    [
      'is the same guess as that of the pause after it',
      ['voice', '~book a table', 'guessed', 'quiet', '=Book a table.', 'pause'],
      ['think', 'release'],
    ],
    [
      'need not look finished',
      ['voice', '~my name is', 'quiet', 'guessed', '=My name is', 'pause'],
      ['think', 'release'],
    ],
    ['goes on: the answer is dropped', ['voice', '~book a table', 'guessed', 'resumed'], ['think', 'stop-reply']],
    [
      'goes on, and is over with other words',
      ['voice', '~yes', 'guessed', 'resumed', '~yes but later', 'guessed', 'quiet', '=Yes, but later.', 'pause'],
      ['think', 'stop-reply', 'think', 'release'],
    ],
    ['changes its words: the answer is dropped', ['voice', '~yes', 'guessed', '~yes but'], ['think', 'stop-reply']],
    ['without a word is nothing', ['voice', 'guessed', 'quiet'], []],
    ['that nobody is having is nothing', ['guessed', 'resumed'], []],
    [
      'that was not guessed goes on all the same',
      ['voice', 'resumed', '~yes please', 'quiet', '=Yes, please.', 'pause'],
      ['think', 'release'],
    ],
    [
      'is guessed three times, not more',
      ['voice', '~a', 'guessed', 'resumed', 'guessed', 'resumed', 'guessed', 'resumed', 'guessed'],
      ['think', 'stop-reply', 'think', 'stop-reply', 'think', 'stop-reply'],
    ],
    [
      'and goes on after it was answered: that is no news',
      ['voice', '~yes please', 'quiet', '=Yes, please.', 'pause', 'resumed'],
      ['think', 'release'],
    ],
  ])('%s', (_, happenings, answers) => {
    const call = lived(happenings);
    expect(answersOf(call)).toEqual(answers);
    expect(replay(call.log).divergence).toBeNull();
  });

  it('is not answered early where nothing is', () => {
    expect(answersOf(lived(['voice', '~book a table', 'guessed', 'quiet', '=Book a table.', 'pause'], false))).toEqual([
      'think',
      'answer',
    ]);
  });

  it('ended when the voice did, not when it was guessed', () => {
    const call = lived(['voice', '~book a table', 'guessed', 'quiet', '=Book a table.', 'pause']);
    const stopped = call.log.find(({ input }) => input.type === 'voice-stopped');
    expect(call.told('turn.ended')).toMatchObject([{ voiceStoppedMs: (stopped?.atMs ?? 0) - 100 }]);
  });
});
