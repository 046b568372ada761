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

  constructor(@Inject(NumberStore) private readonly numbers: Pick<NumberStore, 'byMediaToken'>) {}

  /** @throws StoreError */
  async admit({ params: { token = '' } }: UpgradeAsk): Promise<Admission<PhoneNumber>> {
    if (this.#draining) return { refused: 503 };
    if (token.length > MAX_TOKEN_CHARACTERS) return { refused: 404 };
    const number = await this.numbers.byMediaToken(token);
    return number?.carrier === 'ringover' ? { admitted: number } : { refused: 404 };
  }

  /** The first thing of a planned stop: calls that are here go on, new ones go to another node. */
  onModuleDestroy(): void {
    this.#draining = true;
  }
}
