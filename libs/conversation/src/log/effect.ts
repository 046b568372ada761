import type { CallEvent, ModelFunctionCall, SoundName } from '../ports/index.js';
import type { TimerName } from './input.js';

/** What is to be done about an input: data, so that a test can read it and a replay can compare it. */
export type Effect =
  /** After a pause, when the one before it was lost. */
  | { type: 'open-recogniser'; afterMs: number }
  | { type: 'close-recogniser' }
  | { type: 'ask-for-words' } // the caller has gone quiet: the recogniser need not wait for more
  /** Ask the model; what it is told is `messagesFor(call)`. A second one for an epoch is its next round. */
  | { type: 'think'; epoch: number; round: number }
  /** Make sound of it, in the order of pieces; a piece told twice is tried again. */
  | { type: 'speak'; epoch: number; piece: number; text: string }
  /** Make sound of it, to be heard before the piece of that number, which becomes the next. Nothing of that was heard yet. */
  | { type: 'insert'; epoch: number; piece: number; text: string }
  /** A prepared sound in place of a voice's. */
  | { type: 'play'; epoch: number; piece: number; sound: SoundName }
  /** From now on it may sound. */
  | { type: 'release'; epoch: number }
  /** No more pieces come: when the last was heard, the reply is finished. */
  | { type: 'finish-reply'; epoch: number }
  /** Be silent at once, keep what there is; answered by `reply-held`. */
  | { type: 'hold-reply'; epoch: number }
  /** Go on from the sample that was heard last. */
  | { type: 'resume-reply'; epoch: number }
  /** Be silent at once, forget it; answered by `reply-stopped` when any of it could be heard. */
  | { type: 'stop-reply'; epoch: number }
  /** Quieter while it is undecided who goes on, and as before; only where the carrier holds little enough. */
  | { type: 'duck'; epoch: number }
  | { type: 'unduck'; epoch: number }
  /** From the beginning of the reply that is sounding. */
  | { type: 'start-recording' }
  | { type: 'run-function'; key: string; call: ModelFunctionCall; changes: boolean; timeoutMs: number }
  | { type: 'set-timer'; timer: TimerName; dueMs: number } // replaces the one of that name
  | { type: 'cancel-timer'; timer: TimerName }
  /** What comes from the caller is given to detector and recogniser, or silence in its place. */
  | { type: 'hear-caller'; on: boolean }
  /** From now on it is the agent of `settings` that listens, thinks and speaks. */
  | { type: 'change-agent' }
  /** The next questions go to a cheaper model of the same agent, if there is one. */
  | { type: 'use-cheaper-model' }
  | { type: 'send-digits'; digits: string }
  | { type: 'transfer'; to: string }
  | { type: 'hang-up' }
  | { type: 'tell'; event: CallEvent };
