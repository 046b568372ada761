import { ProviderError } from '@app/conversation/ports';
import { Deadline } from '../deadline.js';
import type { Chain, Choice } from './chain.js';
import { Contender, type Outcome } from './contender.js';

export interface Return<Provider, Item> {
  chain: Chain<Provider>;
  /** Only those that come before it. */
  before: number;
  signal: AbortSignal;
  ask: (provider: Provider, signal: AbortSignal) => AsyncIterable<Item>;
}

/**
 * Tries whether a provider that comes before the active one is well, without haste: the active one goes on meanwhile.
 * Resolves with the first of them that answers in time, or with nobody. @throws what is no failure of a provider
 */
export async function goBack<Provider, Item>(back: Return<Provider, Item>): Promise<Contender<Item> | undefined> {
  const choice = await firstOf(back);
  if (!choice) return undefined;
  const { chain, signal, ask } = back;
  const { gate, clock, patienceMs, onProbe } = chain.parts;
  const { index, pass } = choice;
  const gated = chain.gatedAt(index);
  const probe = gate.health(gated).state !== 'closed';
  const parts = { index, pass, probe, clock, signal, isAnswer: () => true };
  const contender = new Contender<Item>({ ...parts, ask: (stopped) => ask(chain.at(index), stopped) });
  const outcome = await inTime(contender, chain, patienceMs);
  if (signal.aborted) return void contender.stop();
  if (probe) onProbe?.(gated, outcome.type === 'answered' ? 'answered' : 'failed');
  if (outcome.type === 'answered') {
    pass.answered(outcome.tookMs);
    return contender;
  }
  const isBug = outcome.type === 'failed' && !(outcome.error instanceof ProviderError);
  if (!isBug) pass.failed();
  chain.avoid(index, 'failed');
  contender.stop();
  if (isBug) throw outcome.error;
  return undefined;
}

async function firstOf<Provider, Item>({ chain, before, signal }: Return<Provider, Item>): Promise<Choice | undefined> {
  const { gate } = chain.parts;
  for (let index = 0; index < before; index += 1) {
    const gated = chain.gatedAt(index);
    const isClosed = gate.health(gated).state === 'closed';
    if (isClosed && chain.isAvoided(index)) continue;
    const pass = isClosed ? gate.enter(gated, 'turn') : await gate.probe(gated);
    if (pass && !signal.aborted) return { index, pass };
    pass?.leave();
  }
  return undefined;
}

function inTime<Provider, Item>(
  contender: Contender<Item>,
  chain: Chain<Provider>,
  withinMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const error = new ProviderError(chain.gatedAt(contender.index).name, 'timed-out');
    const deadline = new Deadline(chain.parts.clock, () => resolve({ type: 'failed', error }));
    deadline.within(withinMs);
    void contender.outcome.then((outcome) => {
      deadline.met();
      resolve(outcome);
    });
  });
}
