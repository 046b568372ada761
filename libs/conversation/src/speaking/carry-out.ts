import type { SampleRateHz } from '@app/audio';
import { assertNever } from '@app/kernel';
import type { Effect } from '../log/effect.js';
import type { Thinker } from '../thinking/thinker.js';
import { soundOf } from './sounds.js';
import type { Speaker } from './speaker.js';

type OfReply = Exclude<Extract<Effect, { epoch: number }>, { type: 'think' }>;

/** Does what is wanted of a reply's sound. */
export function carryOut(
  effect: OfReply,
  { speaker, thinker, rateHz }: { speaker: Speaker; thinker: Thinker; rateHz: SampleRateHz },
): void {
  switch (effect.type) {
    case 'speak':
      return speaker.speak(effect.epoch, effect.piece, effect.text);
    case 'play':
      return speaker.play(effect.epoch, effect.piece, soundOf(effect.sound, rateHz));
    case 'insert':
      return speaker.insert(effect.epoch, effect.piece, effect.text);
    case 'release':
      return speaker.release(effect.epoch);
    case 'finish-reply':
      return speaker.finish(effect.epoch);
    case 'hold-reply':
      return speaker.hold(effect.epoch);
    case 'resume-reply':
      return speaker.resume(effect.epoch);
    case 'stop-reply':
      thinker.stop(effect.epoch);
      return speaker.stop(effect.epoch);
    case 'duck':
    case 'unduck':
      return speaker.duck(effect.epoch, effect.type === 'duck');
    default:
      return assertNever(effect);
  }
}
