import type { SampleRateHz } from '@app/audio';
import { assertNever } from '@app/kernel';
import type { Effect } from '../log/effect.js';
import { soundOf } from './sounds.js';
import type { Speaker } from './speaker.js';

/** What the machine wants done with a reply's sound. */
export type SpokenEffect = Exclude<Extract<Effect, { epoch: number }>, { type: 'think' }>;

export function speakEffect(speaker: Speaker, effect: SpokenEffect, rateHz: SampleRateHz): void {
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
      return speaker.stop(effect.epoch);
    case 'duck':
    case 'unduck':
      return speaker.duck(effect.epoch, effect.type === 'duck');
    default:
      return assertNever(effect);
  }
}
