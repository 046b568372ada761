import { ProviderError, type ProviderSwitch } from '@app/conversation/ports';
import { Mailbox } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { untilAborted } from '../until-aborted.js';
import type { Chain, Choice } from './chain.js';
import { Contender, type Outcome } from './contender.js';

export interface Question<Provider, Item> {
  chain: Chain<Provider>;
  /** Not to be asked again. */
  except?: ReadonlySet<number>;
  signal: AbortSignal;
  /** `begun` may be told before anything of an answer can be: then nobody else is asked because it takes long. */
  ask: (provider: Provider, index: number, signal: AbortSignal, begun: () => void) => AsyncIterable<Item>;
  isAnswer: (item: Item) => boolean;
  /** One that ends without an answer has not failed. */
  mayBeEmpty?: boolean;
  onSwitch: ((change: ProviderSwitch) => void) | undefined;
}

type News<Item> = { contender: Contender<Item>; outcome: Outcome } | 'late';

/**
 * Asks the best provider of a chain, and the next when that fails, or has not begun to answer in time: the first that
 * answers wins, the others are stopped. One that is down and may be tried runs along, whoever wins.
 *
 * @throws ProviderError of the last that failed; the signal's reason when aborted, within a tick
 */
export function race<Provider, Item>(question: Question<Provider, Item>): Promise<Contender<Item>> {
  return new Race(question).run();
}

/** The answer of whoever wins, to its end. */
export async function* raced<Provider, Item>(question: Question<Provider, Item>): AsyncGenerator<Item> {
  const winner = await race(question);
  try {
    yield* untilAborted(winner.items(), question.signal);
  } catch (error) {
    if (error instanceof ProviderError) {
      winner.parts.pass.failed();
      question.chain.avoid(winner.index, 'failed');
    }
    throw error;
  } finally {
    winner.stop();
  }
}

class Race<Provider, Item> {
  readonly #news = new Mailbox<News<Item>>();
  readonly #running = new Set<Contender<Item>>();
  readonly #asked: Set<number>;
  readonly #patience: Deadline;
  #newest: number | undefined;
  #why: 'failed' | 'slow' | undefined;
  #over = false;

  constructor(private readonly question: Question<Provider, Item>) {
    this.#asked = new Set(question.except);
    this.#patience = new Deadline(question.chain.parts.clock, () => this.#news.push('late'));
  }

  async run(): Promise<Contender<Item>> {
    const { signal } = this.question;
    signal.throwIfAborted();
    let winner: Contender<Item> | undefined;
    try {
      this.#askNext();
      this.#tryThoseBefore();
      for await (const news of untilAborted(this.#news, signal)) {
        winner = news === 'late' ? this.#hurry() : this.#take(news.contender, news.outcome);
        if (winner) return winner;
      }
      throw new Error('a race ends with a winner or an error');
    } finally {
      this.#end(winner);
    }
  }

  #askNext(): boolean {
    const choice = this.question.chain.next(this.#asked);
    if (!choice) return false;
    this.#newest = choice.index;
    this.#start(choice, false);
    if (this.#asked.size < this.question.chain.links.length)
      this.#patience.within(this.question.chain.parts.patienceMs);
    return true;
  }

  /** Those that were passed over because they are down: one of all processes may try each of them. */
  #tryThoseBefore(): void {
    const { chain, signal } = this.question;
    for (let index = 0; index < (this.#newest ?? 0); index += 1) {
      if (this.#asked.has(index) || chain.parts.gate.health(chain.gatedAt(index)).state === 'closed') continue;
      void chain.parts.gate.probe(chain.gatedAt(index)).then((pass) => {
        if (!pass) return;
        if (signal.aborted || this.#asked.has(index)) return pass.leave();
        const contender = this.#start({ index, pass }, true);
        if (this.#over) this.#watch(contender);
      });
    }
  }

  #start({ index, pass }: Choice, probe: boolean): Contender<Item> {
    const { chain, ask, isAnswer, signal } = this.question;
    this.#asked.add(index);
    const begun = () => {
      if (this.#newest === index) this.#patience.met();
    };
    const contender = new Contender<Item>({
      index,
      pass,
      probe,
      clock: chain.parts.clock,
      signal,
      ask: (stopped) => ask(chain.at(index), index, stopped, begun),
      isAnswer,
    });
    this.#running.add(contender);
    void contender.outcome.then((outcome) => this.#news.push({ contender, outcome }));
    return contender;
  }

  /** The newest takes too long; it may still win. */
  #hurry(): undefined {
    const slow = [...this.#running].find(({ index }) => index === this.#newest);
    slow?.parts.pass.failed();
    if (slow) this.question.chain.avoid(slow.index, 'slow');
    if (this.#askNext()) this.#why = 'slow';
  }

  #take(contender: Contender<Item>, outcome: Outcome): Contender<Item> | undefined {
    const { chain, onSwitch } = this.question;
    if (outcome.type === 'answered') {
      contender.parts.pass.answered(outcome.tookMs);
      this.#tellOfProbe(contender, 'answered');
      const change = chain.activate(contender.index, this.#why);
      if (change) onSwitch?.(change);
      return contender;
    }
    this.#running.delete(contender);
    if (outcome.type === 'ended' && this.question.mayBeEmpty) return contender;
    this.#lose(contender, outcome);
    if (contender.index === this.#newest && this.#askNext()) this.#why = 'failed';
    else if (this.#running.size === 0) throw errorOf(outcome, chain.gatedAt(contender.index).name);
    return undefined;
  }

  /** @throws what is no failure of a provider: a bug */
  #lose(contender: Contender<Item>, outcome: Outcome): void {
    const isBug = outcome.type === 'failed' && !(outcome.error instanceof ProviderError);
    if (!isBug) {
      contender.parts.pass.failed();
      this.#tellOfProbe(contender, 'failed');
      this.question.chain.avoid(contender.index, 'failed');
    }
    contender.stop();
    if (isBug) throw outcome.error;
  }

  #end(winner: Contender<Item> | undefined): void {
    this.#over = true;
    this.#patience.met();
    for (const contender of this.#running) {
      if (contender === winner) continue;
      if (winner && contender.parts.probe) this.#watch(contender);
      else contender.stop();
    }
  }

  /** Nobody waits for its answer, only for whether it comes. */
  #watch(contender: Contender<Item>): void {
    const { clock, patienceMs } = this.question.chain.parts;
    let isOver = false;
    const settle = (outcome: 'answered' | 'failed', tookMs: number) => {
      cancel();
      if (isOver) return;
      isOver = true;
      if (outcome === 'answered') contender.parts.pass.answered(tookMs);
      else contender.parts.pass.failed();
      this.#tellOfProbe(contender, outcome);
      contender.stop();
    };
    const cancel = clock.after(patienceMs, () => settle('failed', patienceMs));
    void contender.outcome.then((outcome) => {
      if (outcome.type === 'answered') return settle('answered', outcome.tookMs);
      cancel();
      if (outcome.type === 'ended' || outcome.error instanceof ProviderError) return settle('failed', 0);
      contender.stop(); // the question was dropped
    });
  }

  #tellOfProbe({ index, parts: { probe } }: Contender<Item>, outcome: 'answered' | 'failed'): void {
    const { chain } = this.question;
    if (probe) chain.parts.onProbe?.(chain.gatedAt(index), outcome);
  }
}

const errorOf = (outcome: Outcome, name: string): unknown =>
  outcome.type === 'failed' ? outcome.error : new ProviderError(name, 'unreachable');
