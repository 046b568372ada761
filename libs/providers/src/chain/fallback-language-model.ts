import type { LanguageModel, ModelPart, ModelRequest } from '@app/conversation/ports';
import { counted } from './answer-count.js';
import type { Chain } from './chain.js';
import { raced } from './race.js';

/**
 * Several models as one: the next is asked when one fails before it said anything, or has not begun in time. What it said
 * cannot be taken back: a model that breaks off fails, and whoever asks again is answered by another.
 */
export class FallbackLanguageModel implements LanguageModel {
  /** @param warmHost makes a connection to a model of that name, if there is none */
  constructor(
    private readonly chain: Chain<LanguageModel>,
    private readonly warmHost: (name: string) => void = () => undefined,
  ) {}

  get name(): string {
    return this.chain.name;
  }

  /** Whoever will be asked, as far as is known now. */
  warm(): void {
    this.warmHost(this.chain.gatedAt(this.chain.firstWell()).name);
  }

  reply({ onBegun, onSwitch, onUsed, ...request }: ModelRequest): AsyncGenerator<ModelPart> {
    const question = { signal: request.signal, ...(onUsed && { onUsed }) };
    return raced<LanguageModel, ModelPart>({
      chain: this.chain,
      signal: request.signal,
      ask: (model, _index, signal, begun) => {
        const onFirst = () => {
          begun();
          onBegun?.();
        };
        return counted(model, question, { ...request, signal, onBegun: onFirst });
      },
      isAnswer: () => true, // a function without a word is an answer, and so is nothing at all
      onSwitch,
    });
  }
}
