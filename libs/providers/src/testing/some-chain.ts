import type { ProviderGate, ProviderStage } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Chain } from '../chain/chain.js';

/** A chain of what a spec made, with each one's own name. */
export function someChain<Provider>(
  stage: ProviderStage,
  providers: readonly Provider[],
  parts: {
    gate: ProviderGate;
    clock: Clock;
    patienceMs: number;
    nameOf: (provider: Provider) => string;
    probes?: string[];
  },
): Chain<Provider> {
  const { gate, clock, patienceMs, nameOf, probes } = parts;
  const links = providers.map((provider) => ({
    gated: { stage, name: nameOf(provider), host: 'host' },
    make: () => provider,
  }));
  const onProbe = ({ name }: { name: string }, outcome: string) => void probes?.push(`${name} ${outcome}`);
  return new Chain(links, { gate, clock, patienceMs, onProbe });
}
