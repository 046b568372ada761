import type { SampleRateHz } from '@app/audio';
import type { RecognisedWord, RecogniserListener, RecogniserSession } from '../../engines/recogniser-engine.js';
import { punctuated, type Told } from './deepgram-messages.js';
import { type Hearing, Listening } from './listening.js';

export interface FluxTurnsOptions {
  rateHz: SampleRateHz;
  /** `EagerEndOfTurn` and `TurnResumed` were asked for. */
  guesses: boolean;
  /** `eot_timeout_ms`. */
  timeoutMs: number;
  open: (listener: RecogniserListener) => RecogniserSession;
  tell: (event: TurnEvent) => void;
  nowMs: () => number;
  lost: () => void;
  languages: readonly string[] | undefined;
}

type EventName = 'StartOfTurn' | 'Update' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';

/** A `TurnInfo`, but for its numbers. */
export interface TurnEvent {
  event: EventName;
  turn_index: number;
  audio_window_start: number;
  audio_window_end: number;
  transcript: string;
  words: readonly { word: string; confidence: number; start: number; end: number }[];
  end_of_turn_confidence: number;
  trigger?: string;
  languages?: readonly string[];
  /** When it came about, and with the end of a turn what was understood: for the lab. */
  askedAtMs: number;
  settled?: { startMs: number; endMs: number; words: readonly RecognisedWord[] };
}

/** Theirs judges by sound and words; here silence alone does: first the guess, then the end. */
const EAGER_MS = 240;
const END_MS = 640;
const CERTAINTY: Readonly<Record<EventName, number>> = {
  StartOfTurn: 0.05,
  Update: 0.1,
  EagerEndOfTurn: 0.55,
  TurnResumed: 0.1,
  EndOfTurn: 0.85,
};

/** Turns of one session, found by silence. */
export class FluxTurns {
  readonly #listening: Listening;
  #index = 0;
  /** The turn that goes on: what is settled of it, and what is guessed of the rest. */
  #turn: { startMs: number; settled: RecognisedWord[]; guessed: readonly RecognisedWord[] } | undefined;
  #guessedOver = false;
  #whenOver: (() => void) | undefined;

  constructor(private readonly options: FluxTurnsOptions) {
    const { rateHz, open, nowMs, lost } = options;
    const endpointingMs = Math.min(END_MS, options.timeoutMs);
    const tell = (hearing: Hearing) => this.#take(hearing);
    this.#listening = new Listening({ rateHz, endpointingMs, utteranceEndMs: undefined, open, tell, nowMs, lost });
  }

  /** One frame. */
  hear(frame: Int16Array): void {
    this.#listening.hear(frame);
    if (!this.#turn || !this.options.guesses) return;
    const { silentMs } = this.#listening;
    if (!this.#guessedOver && silentMs >= EAGER_MS && silentMs < END_MS && this.#words().length > 0) {
      this.#guessedOver = true;
      this.#tell('EagerEndOfTurn');
    } else if (this.#guessedOver && silentMs === 0) {
      this.#guessedOver = false;
      this.#tell('TurnResumed');
    }
  }

  /** Ends the turn that goes on, if any. */
  finish(over: () => void): void {
    this.#whenOver = over;
    this.#listening.settle('close');
  }

  close(): void {
    this.#listening.close();
  }

  #take(hearing: Hearing): void {
    if (hearing.type === 'voice') this.#begin(hearing.atMs);
    if (hearing.type === 'guess') this.#guess(hearing.told);
    if (hearing.type !== 'settled') return;
    this.#begin(hearing.told.startMs);
    this.#turn?.settled.push(...hearing.told.words);
    if (this.#turn) this.#turn.guessed = [];
    if (hearing.because !== 'pause') this.#endTurn(hearing.askedAtMs);
  }

  #begin(startMs: number): void {
    if (this.#turn) return;
    this.#turn = { startMs, settled: [], guessed: [] };
    this.#tell('StartOfTurn');
  }

  #guess({ words }: Told): void {
    if (!this.#turn) return;
    this.#turn.guessed = words;
    this.#tell('Update');
  }

  #endTurn(askedAtMs: number): void {
    const turn = this.#turn;
    if (turn && turn.settled.length > 0) {
      const settled = { startMs: turn.startMs, endMs: this.#listening.positionMs, words: turn.settled };
      this.#tell('EndOfTurn', { askedAtMs, settled, trigger: 'model' });
    }
    this.#turn = undefined;
    this.#guessedOver = false;
    this.#index += 1;
    this.#whenOver?.();
  }

  #words(): readonly RecognisedWord[] {
    return [...(this.#turn?.settled ?? []), ...(this.#turn?.guessed ?? [])];
  }

  #tell(event: EventName, more: Partial<TurnEvent> = {}): void {
    const words = this.#words();
    const written = punctuated(words, event === 'EndOfTurn' || event === 'EagerEndOfTurn');
    this.options.tell({
      event,
      turn_index: this.#index,
      audio_window_start: (this.#turn?.startMs ?? 0) / 1_000,
      audio_window_end: this.#listening.positionMs / 1_000,
      transcript: written.join(' '),
      words: words.map(({ confidence, startMs, endMs }, at) => ({
        word: written[at] ?? '',
        confidence,
        start: startMs / 1_000,
        end: endMs / 1_000,
      })),
      end_of_turn_confidence: CERTAINTY[event],
      ...(this.options.languages && words.length > 0 && { languages: this.options.languages }),
      askedAtMs: this.options.nowMs(),
      ...more,
    });
  }
}
