import type { Clock } from '@app/kernel';

/** Something without which this process cannot work. */
export interface ReadinessCheck {
  name: string;
  /** Rejects, or never answers, when it is down. */
  ask(): Promise<unknown>;
}

/** A load balancer asks every few seconds and gives up sooner than this twice over. */
const ANSWER_WITHIN_MS = 1_000;

/** Whether this process can work now, and if not, what is down. */
export class Readiness {
  #draining = false;

  constructor(
    private readonly checks: readonly ReadinessCheck[],
    private readonly clock: Clock,
  ) {}

  /** From now on it is not ready: a planned stop has begun, and nobody is to send anything more here. */
  drain(): void {
    this.#draining = true;
  }

  async ask(): Promise<{ ready: boolean; checks: Record<string, 'up' | 'down' | 'draining'> }> {
    const answers = await Promise.all(this.checks.map(async (check) => [check.name, await this.#isUp(check)] as const));
    const ready = !this.#draining && answers.every(([, isUp]) => isUp);
    const checks = answers.map(([name, isUp]) => [name, isUp ? 'up' : 'down'] as const);
    return { ready, checks: Object.fromEntries([...checks, ['node', this.#draining ? 'draining' : 'up'] as const]) };
  }

  async #isUp(check: ReadinessCheck): Promise<boolean> {
    const answered = new AbortController();
    const asked = check.ask().then(
      () => true,
      () => false,
    );
    const late = this.clock.sleep(ANSWER_WITHIN_MS, answered.signal).then(
      () => false,
      () => false,
    );
    return Promise.race([asked, late]).finally(() => answered.abort());
  }
}
