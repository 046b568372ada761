import { StoreError } from '@app/conversation/ports';
import { NumberStore, type PhoneNumber } from '@app/persistence';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { SocketGate } from './upgrade-adapter.js';
import type { Admission, UpgradeAsk } from './upgrade-router.js';

/** Longer than any token of ours: not worth a question to Postgres. */
const MAX_TOKEN_CHARACTERS = 256;

/** A media token is the secret part of a number's address: it lets the stream in, and says which number was rung. */
@Injectable()
export class MediaTokenGate implements SocketGate<PhoneNumber>, OnModuleDestroy {
  #draining = false;
  /** What opened the gate before, by token: it opens it while Postgres is gone. */
  readonly #known = new Map<string, PhoneNumber>();

  constructor(@Inject(NumberStore) private readonly numbers: Pick<NumberStore, 'byMediaToken'>) {}

  /** @throws StoreError when Postgres is gone, and this token was never seen */
  async admit({ params: { token = '' } }: UpgradeAsk): Promise<Admission<PhoneNumber>> {
    if (this.#draining) return { refused: 503 };
    if (token.length > MAX_TOKEN_CHARACTERS) return { refused: 404 };
    const number = await this.#numberOf(token);
    return number?.carrier === 'ringover' ? { admitted: number } : { refused: 404 };
  }

  async #numberOf(token: string): Promise<PhoneNumber | undefined> {
    try {
      const number = await this.numbers.byMediaToken(token);
      if (number) this.#known.set(token, number);
      else this.#known.delete(token);
      return number;
    } catch (error) {
      const known = this.#known.get(token);
      if (!known || !(error instanceof StoreError && error.retryable)) throw error;
      return known;
    }
  }

  /** The first thing of a planned stop: calls that are here go on, new ones go to another node. */
  onModuleDestroy(): void {
    this.#draining = true;
  }
}
