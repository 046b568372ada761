import { type AgentParts, earOf } from '../agent-parts.js';
import type { Effect } from '../log/effect.js';
import { SecondLeg, type SecondLegParts } from './second-leg.js';

export interface PersonsParts extends Omit<SecondLegParts, 'leg' | 'to' | 'persons' | 'turns' | 'ear' | 'mouthFor'> {
  /** Undefined: nobody can be called. */
  persons: SecondLegParts['persons'] | undefined;
  /** Who has the call now. */
  agent: () => AgentParts;
  mouthOf: (agent: AgentParts, to: Parameters<SecondLegParts['mouthFor']>[0]) => ReturnType<SecondLegParts['mouthFor']>;
}

/** Those who are called to take the call over, one at a time. */
export class Persons {
  #now: SecondLeg | undefined;

  constructor(private readonly parts: PersonsParts) {}

  /** One frame of the caller's: false while no person has the call. On the hot path. */
  hear(frame: Int16Array): boolean {
    return this.#now?.hear(frame) ?? false;
  }

  do(effect: Effect & { leg: number }): void {
    switch (effect.type) {
      case 'call-person':
        return this.#call(effect);
      case 'tell-person':
        return this.#now?.say(effect.texts);
      case 'join-person':
        return this.#now?.join();
      case 'drop-person':
        return this.end();
    }
  }

  /** Lets go whoever is called, or has the call. */
  end(): void {
    this.#now?.end();
    this.#now = undefined;
  }

  #call({ leg, to }: Effect & { type: 'call-person' }): void {
    const { persons, agent, mouthOf, ...rest } = this.parts;
    if (!persons) return rest.tell({ type: 'person-missed', leg, why: 'failed' });
    const now = agent();
    const ours = { ...now, ...now.forPerson?.() };
    this.#now = new SecondLeg({
      ...{ ...rest, leg, to, persons, turns: ours.settings.turns, ear: earOf(ours) },
      mouthFor: (theirs) => mouthOf(ours, theirs),
    });
  }
}
