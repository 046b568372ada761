import type { GatedProvider, ProviderGate, ProviderHealth, ProviderPass, ProviderUse } from '@app/conversation/ports';
import type { FakeClock } from '@app/kernel/testing';

/** A gate that is as a spec says, and remembers what it was told. */
export class StatedGate implements ProviderGate {
  /** Names of providers that are down. */
  readonly down = new Set<string>();
  /** Names of providers that may be tried once although they are down. */
  readonly tried = new Set<string>();
  /** `name outcome`, in order. */
  readonly told: string[] = [];
  inUse = 0;

  enter({ name }: GatedProvider, use: ProviderUse): ProviderPass | undefined {
    return this.down.has(name) && use !== 'last-resort' ? undefined : this.#passTo(name);
  }

  probe({ name }: GatedProvider): Promise<ProviderPass | undefined> {
    return Promise.resolve(this.tried.delete(name) ? this.#passTo(name) : undefined);
  }

  health({ name }: GatedProvider): ProviderHealth {
    const isDown = this.down.has(name);
    return {
      state: isDown ? 'open' : 'closed',
      latencyMs: null,
      inUse: this.inUse,
      downForMs: isDown ? 60_000 : null,
    };
  }

  /** @throws when a place was not given back, or a timer still runs */
  expectNobodyInside({ waiting }: FakeClock): void {
    if (waiting + this.inUse > 0) throw new Error(`${waiting} timers and ${this.inUse} places are left`);
  }

  #passTo(name: string): ProviderPass {
    let isLeft = false;
    this.inUse += 1;
    return {
      answered: () => {
        if (isLeft) return;
        this.down.delete(name);
        this.told.push(`${name} answered`);
      },
      failed: () => {
        if (!isLeft) this.told.push(`${name} failed`);
      },
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        this.inUse -= 1;
      },
    };
  }
}
