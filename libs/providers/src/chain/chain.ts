import type { GatedProvider, ProviderGate, ProviderPass, ProviderSwitch, SwitchReason } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';

/** One provider of a chain; made when it is first asked. */
export interface Link<Provider> {
  gated: GatedProvider;
  make: () => Provider;
}

/** Told what concerns no call: that a provider which was down was tried, and what came of it. */
export type ProbeListener = (provider: GatedProvider, outcome: 'answered' | 'failed') => void;

export interface ChainParts {
  gate: ProviderGate;
  clock: Clock;
  /** Nothing of an answer by then: the next is asked too. Milliseconds. */
  patienceMs: number;
  onProbe?: ProbeListener;
  /** A call takes a session with it, and gives it back by what is returned. */
  onSession?: (provider: GatedProvider) => () => void;
  /** Another one answers a call than before. */
  onActivated?: (to: GatedProvider, from: GatedProvider) => void;
}

/** Who is asked, and what has to be told when it answers. */
export interface Choice {
  index: number;
  pass: ProviderPass;
}

/** After trouble within a call, its provider is left alone there for so long; twice as long after each next one. */
const AVOIDED_MS = 5_000;
const MOST_AVOIDED_MS = 80_000;

interface Trouble {
  why: 'failed' | 'slow';
  untilMs: number;
  forMs: number;
}

/** The providers of one stage of one call, the preferred one first: which is to be asked now, and which one was last. */
export class Chain<Provider> {
  readonly #made = new Map<number, Provider>();
  readonly #avoided = new Map<number, Trouble>();
  #active = 0;

  constructor(
    readonly links: readonly Link<Provider>[],
    readonly parts: ChainParts,
  ) {}

  get name(): string {
    return this.links[0]?.gated.name ?? '';
  }

  /** The one that answered last. */
  get active(): number {
    return this.#active;
  }

  at(index: number): Provider {
    const made = this.#made.get(index);
    if (made) return made;
    const link = this.#link(index);
    const provider = link.make();
    this.#made.set(index, provider);
    return provider;
  }

  gatedAt(index: number): GatedProvider {
    return this.#link(index).gated;
  }

  /** The best of those that were not asked yet: one that is well, else one that had trouble, else any. */
  next(asked: ReadonlySet<number>): Choice | undefined {
    const left = this.links.map((_, index) => index).filter((index) => !asked.has(index));
    const well = left.filter((index) => !this.isAvoided(index));
    return this.#enter(well, 'turn') ?? this.#enter(left, 'turn') ?? this.#enter(left, 'last-resort');
  }

  /** Who will be asked, as far as is known now. */
  firstWell(): number {
    const { gate } = this.parts;
    const well = this.links.findIndex(
      ({ gated }, index) => !this.isAvoided(index) && gate.health(gated).state === 'closed',
    );
    return Math.max(0, well);
  }

  /** Counts a session with it, until the signal aborts. */
  countSession(index: number, until: AbortSignal): void {
    const over = this.parts.onSession?.(this.gatedAt(index));
    if (over) until.addEventListener('abort', over, { once: true });
  }

  isAvoided(index: number): boolean {
    return (this.#avoided.get(index)?.untilMs ?? 0) > this.parts.clock.nowMs();
  }

  avoid(index: number, why: Trouble['why']): void {
    const before = this.#avoided.get(index);
    const forMs = Math.min(MOST_AVOIDED_MS, before ? before.forMs * 2 : AVOIDED_MS);
    this.#avoided.set(index, { why, untilMs: this.parts.clock.nowMs() + forMs, forMs });
  }

  /** It answers from now on. Undefined when it did already. @param why what was seen of the one before, if anything */
  activate(index: number, why?: Trouble['why']): ProviderSwitch | undefined {
    const before = this.#active;
    if (index === before) return undefined;
    this.#active = index;
    this.parts.onActivated?.(this.gatedAt(index), this.gatedAt(before));
    const { stage, name: to } = this.gatedAt(index);
    const stepped: SwitchReason = why ?? this.#avoided.get(before)?.why ?? 'down';
    return { stage, from: this.gatedAt(before).name, to, reason: index < before ? 'healed' : stepped };
  }

  #enter(indices: readonly number[], use: 'turn' | 'last-resort'): Choice | undefined {
    for (const index of indices) {
      const pass = this.parts.gate.enter(this.gatedAt(index), use);
      if (pass) return { index, pass };
    }
    return undefined;
  }

  #link(index: number): Link<Provider> {
    const link = this.links[index];
    if (!link) throw new RangeError(`a chain of ${this.links.length} has no link ${index}`);
    return link;
  }
}
