import {
  type LanguageModel,
  type ModelPart,
  type ModelRequest,
  ProviderError,
  type ProviderUsage,
  type UsageLoss,
} from '@app/conversation/ports';

/** What a token is in characters, roughly: where an answer is stopped, its usage never comes. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * An answer of one model, which tells once what it used: as the model says at its end, else reckoned from lengths when it
 * is stopped or breaks off. One that fails before it said anything is not counted, unless it was only too late.
 *
 * @param request its signal is the question's; the one in `asked` stops this model alone
 */
export async function* counted(
  model: LanguageModel,
  request: Pick<ModelRequest, 'signal' | 'onUsed'>,
  asked: ModelRequest,
): AsyncGenerator<ModelPart> {
  const count = new AnswerCount(model.name, request, asked);
  try {
    for await (const part of model.reply(asked)) {
      count.take(part);
      yield part;
    }
  } catch (error) {
    count.failed(error);
    throw error;
  }
}

class AnswerCount {
  #characters = 0;
  #isTold = false;

  constructor(
    private readonly provider: string,
    private readonly question: Pick<ModelRequest, 'signal' | 'onUsed'>,
    private readonly asked: ModelRequest,
  ) {
    asked.signal.addEventListener('abort', this.#stopped, { once: true });
  }

  take(part: ModelPart): void {
    if (part.type === 'text') this.#characters += part.text.length;
    if (part.type === 'function-call') this.#characters += part.call.argumentsJson.length;
    if (part.type !== 'finished') return;
    if (part.usage) this.#tell({ stage: 'model', provider: this.provider, tokens: part.usage });
    else this.#reckon();
  }

  failed(error: unknown): void {
    if (this.asked.signal.aborted || !(error instanceof ProviderError)) return this.#over();
    if (this.#characters > 0) return this.#reckon('broken');
    if (error.failure !== 'timed-out') return this.#over();
    this.#tell({ stage: 'model', provider: this.provider, tokens: null, lost: 'broken' });
  }

  /** By whoever asked: the question was dropped. By the race: another one answered. */
  readonly #stopped = (): void => this.#reckon(this.question.signal.aborted ? undefined : 'second');

  #reckon(lost?: UsageLoss): void {
    if (this.#isTold || !this.question.onUsed) return;
    const { messages, functions, answerSchema } = this.asked;
    const told = JSON.stringify(messages).length + JSON.stringify(answerSchema ?? functions).length;
    const tokens = { inputTokens: tokensIn(told), cachedInputTokens: 0, outputTokens: tokensIn(this.#characters) };
    this.#tell({ stage: 'model', provider: this.provider, tokens, estimated: true, ...(lost && { lost }) });
  }

  #tell(usage: ProviderUsage): void {
    if (this.#isTold) return;
    this.#over();
    this.question.onUsed?.(usage);
  }

  #over(): void {
    this.#isTold = true;
    this.asked.signal.removeEventListener('abort', this.#stopped);
  }
}

const tokensIn = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);
