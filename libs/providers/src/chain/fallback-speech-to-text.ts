import { durationMs, samplesIn, type SampleRateHz } from '@app/audio';
import {
  type Heard,
  type HeardWord,
  ProviderError,
  type SpeechToText,
  type SpeechToTextOptions,
  type SpeechToTextSession,
} from '@app/conversation/ports';
import { Mailbox } from '@app/kernel';
import { Deadline } from '../deadline.js';
import type { Chain } from './chain.js';
import type { Contender } from './contender.js';
import { goBack } from './go-back.js';
import { race } from './race.js';
import { RecentSound } from './recent-sound.js';
import { SoundCount } from './sound-count.js';

/** What a caller says in one breath, nearly always. */
const KEPT_MS = 8_000;
/** Silence says little of the sound that was on its way when it was told. */
const IN_FLIGHT_MS = 500;
/** From there on another recogniser has settled what it heard again. */
const HEARD_AGAIN_MS = 600;
/** Who cannot be asked for words settles them by its own judgement, later. */
const UNASKED_MS = 2_500;
/** How often a call looks whether a recogniser that comes before the one it has is back. */
const LOOK_BACK_MS = 1_000;

/**
 * Several recognisers as one: when one is lost, or does not settle in time what it was asked for, the next hears again
 * what was not settled yet. A session goes back by itself, between two turns, to one that comes before and is well again.
 */
export class FallbackSpeechToText implements SpeechToText {
  constructor(private readonly chain: Chain<SpeechToText>) {}

  get name(): string {
    return this.chain.name;
  }

  /** Those of the first; but words that another has to hear again take longer. */
  get capabilities(): SpeechToText['capabilities'] {
    const { links, parts } = this.chain;
    const own = this.chain.at(0).capabilities;
    if (links.length === 1 || own.settlesWhenAsked === false) return own;
    return { ...own, settlesWithinMs: Math.max(own.settlesWithinMs ?? 0, parts.patienceMs) + HEARD_AGAIN_MS };
  }

  async open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const session = new FallbackSession(this.chain, options);
    await session.open();
    return session;
  }
}

/** The recogniser that hears now. */
interface Listening {
  contender: Contender<SpeechToTextSession>;
  session: SpeechToTextSession;
  /** Its first sample, counted in the whole session. */
  fromSample: number;
  count: SoundCount;
}

class FallbackSession implements SpeechToTextSession {
  readonly heard = new Mailbox<Heard>();
  readonly #recent: RecentSound;
  readonly #late: Deadline;
  readonly #lookBack: Deadline;
  #listening: Listening | undefined;
  /** The caller speaks, as far as was told. */
  #isVoiced = false;
  /** Words were asked for, and none were settled since. */
  #isAsked = false;
  #hasUnsettled = false;

  constructor(
    private readonly chain: Chain<SpeechToText>,
    private readonly options: SpeechToTextOptions,
  ) {
    const { clock } = chain.parts;
    this.#recent = new RecentSound(chain.links.length > 1 ? samplesIn(KEPT_MS, options.rateHz) : 1);
    this.#late = new Deadline(clock, () => this.#lose(this.#listening, 'slow'));
    this.#lookBack = new Deadline(clock, () => void this.#look().catch((error: unknown) => this.#close(error)));
    options.signal.addEventListener('abort', () => this.#close(), { once: true });
  }

  /** @throws ProviderError; the signal's reason when aborted */
  async open(except: ReadonlySet<number> = new Set()): Promise<void> {
    const { chain, options } = this;
    this.#listen(
      await race<SpeechToText, SpeechToTextSession>({
        chain,
        except,
        signal: options.signal,
        ask: (recogniser, _index, signal) => opened(recogniser, { ...options, signal }),
        isAnswer: () => true,
        onSwitch: options.onSwitch,
      }),
    );
  }

  push(samples: Int16Array): void {
    this.#recent.write(samples);
    this.#listening?.count.add(samples.length);
    this.#listening?.session.push(samples);
  }

  begin(agoMs: number): void {
    this.#isVoiced = true;
    this.#listening?.count.begin(agoMs);
    this.#listening?.session.begin?.(agoMs);
  }

  finish(): void {
    this.#isVoiced = false;
    this.#isAsked = true;
    this.#listening?.count.finish();
    this.#listening?.session.finish();
    if (this.#listening) this.#expectWords();
  }

  #listen(contender: Contender<SpeechToTextSession>): void {
    const [session] = contender.held;
    if (!session || this.options.signal.aborted) return contender.stop();
    const listening = { contender, session, fromSample: this.#recent.from, count: this.#countOf(contender.index) };
    this.#listening = listening;
    this.chain.countSession(contender.index, contender.stopped);
    if (this.chain.links.length > 1 && this.#recent.written > 0) this.#repeat(listening);
    if (this.#isAsked) {
      session.finish();
      this.#expectWords();
    }
    this.#watchOut();
    this.#read(listening).then(
      () => this.#lose(listening, new ProviderError(this.chain.gatedAt(contender.index).name, 'unreachable')),
      (error: unknown) => this.#lose(listening, error),
    );
  }

  #repeat({ session, count }: Listening): void {
    const kept = this.#recent.kept();
    const keptMs = durationMs(kept.length, this.options.rateHz);
    count.add(kept.length);
    if (this.#isVoiced || this.#isAsked) count.begin(keptMs);
    count.tell('second');
    session.push(kept);
    if (this.#isVoiced || this.#isAsked) session.begin?.(keptMs);
  }

  #countOf(index: number): SoundCount {
    const { wholeUtterances = false } = this.chain.at(index).capabilities;
    const { rateHz, onUsed } = this.options;
    return new SoundCount({ provider: this.chain.gatedAt(index).name, rateHz, wholeUtterances, onUsed });
  }

  async #read(listening: Listening): Promise<void> {
    for await (const heard of listening.session.heard) {
      if (this.#listening !== listening) return;
      this.heard.push(this.#noted(heard, listening));
    }
  }

  /** The same, with its words placed in the whole session. */
  #noted(heard: Heard, { fromSample }: Listening): Heard {
    if (heard.type === 'words-changed') this.#hasUnsettled = heard.text !== '';
    if (heard.type !== 'words-settled') return heard;
    [this.#isAsked, this.#hasUnsettled] = [false, false];
    this.#late.met();
    const words = placed(heard.words, durationMs(fromSample, this.options.rateHz));
    this.#recent.forgetBefore(this.#settledUpTo(heard.text, words, this.options.rateHz));
    return { ...heard, words };
  }

  #settledUpTo(text: string, words: readonly HeardWord[], rateHz: SampleRateHz): number {
    const last = words.at(-1);
    if (last) return samplesIn(last.endMs, rateHz);
    return this.#recent.written - (text === '' ? samplesIn(IN_FLIGHT_MS, rateHz) : 0);
  }

  /** One that cannot be asked owes only words that it has begun to tell. */
  #expectWords(): void {
    const { links, parts } = this.chain;
    const { settlesWithinMs = 0, settlesWhenAsked = true } = this.chain.at(this.#index).capabilities;
    if (links.length === 1 || (!settlesWhenAsked && !this.#hasUnsettled)) return;
    this.#late.within(Math.max(parts.patienceMs, settlesWithinMs, settlesWhenAsked ? 0 : UNASKED_MS));
  }

  get #index(): number {
    return this.#listening?.contender.index ?? 0;
  }

  /** @param why what it threw, or that it was too slow */
  #lose(listening: Listening | undefined, why: unknown): void {
    if (!listening || this.#listening !== listening) return;
    const { index, parts } = listening.contender;
    this.#listening = undefined;
    listening.count.tell();
    this.#late.met();
    this.#lookBack.met();
    if (why === 'slow' || why instanceof ProviderError) {
      parts.pass.failed();
      this.chain.avoid(index, why === 'slow' ? 'slow' : 'failed');
    }
    listening.contender.stop();
    if (this.chain.links.length === 1 || (why !== 'slow' && !(why instanceof ProviderError))) return this.#close(why);
    this.open(new Set([index])).catch((error: unknown) => this.#close(error));
  }

  #watchOut(): void {
    if (this.#index > 0) this.#lookBack.within(LOOK_BACK_MS);
    else this.#lookBack.met();
  }

  /** Between two turns only: a recogniser that has words on its tongue is left alone. */
  async #look(): Promise<void> {
    const listening = this.#listening;
    if (!listening) return;
    const { chain, options } = this;
    const isBusy = this.#isAsked || this.#hasUnsettled;
    const ask = (recogniser: SpeechToText, signal: AbortSignal) => opened(recogniser, { ...options, signal });
    const better = isBusy
      ? undefined
      : await goBack<SpeechToText, SpeechToTextSession>({ chain, before: listening.contender.index, signal: options.signal, ask }); // prettier-ignore
    if (this.#listening !== listening) return better?.stop();
    if (!better) return this.#watchOut();
    this.#listening = undefined;
    listening.count.tell();
    listening.contender.stop();
    const change = chain.activate(better.index);
    if (change) options.onSwitch?.(change);
    this.#listen(better);
  }

  #close(error?: unknown): void {
    const listening = this.#listening;
    this.#listening = undefined;
    listening?.count.tell();
    this.#late.met();
    this.#lookBack.met();
    listening?.contender.stop();
    if (error === undefined || this.options.signal.aborted) this.heard.close();
    else this.heard.close(error);
  }
}

/** One session, as a stream of one. It lives on until its signal aborts. */
async function* opened(recogniser: SpeechToText, options: SpeechToTextOptions): AsyncGenerator<SpeechToTextSession> {
  yield await recogniser.open(options);
}

const placed = (words: readonly HeardWord[], byMs: number): readonly HeardWord[] =>
  byMs === 0
    ? words
    : words.map(({ text, startMs, endMs }) => ({ text, startMs: startMs + byMs, endMs: endMs + byMs }));
