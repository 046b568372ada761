import { createHash } from 'node:crypto';
import { tokensIn } from '../model-stream.js';
import type { MessagesRequest } from './messages.js';

/** The least that any model of theirs keeps. */
const LEAST_TOKENS = 1_024;
const MOST_PREFIXES = 10_000;

export interface InputTokens {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

/** Prompts by their beginnings, up to each mark: tools, then the system's part, then the messages. Nothing expires. */
export class PromptCache {
  readonly #known = new Set<string>();

  count(request: MessagesRequest): InputTokens {
    const hash = createHash('sha256').update(request.model);
    let [total, marked, read] = [0, 0, 0];
    for (const { cache_control: mark, ...part } of partsOf(request)) {
      const json = JSON.stringify(part);
      hash.update(json);
      total += tokensIn(json);
      if (!mark || total < LEAST_TOKENS) continue;
      marked = total;
      const key = hash.copy().digest('base64');
      if (this.#known.has(key)) read = total;
      else this.#remember(key);
    }
    return {
      input_tokens: total - marked,
      cache_creation_input_tokens: marked - read,
      cache_read_input_tokens: read,
    };
  }

  #remember(key: string): void {
    if (this.#known.size >= MOST_PREFIXES) this.#known.clear();
    this.#known.add(key);
  }
}

/** Whatever a prompt is made of. */
interface Part {
  cache_control?: unknown;
  [field: string]: unknown;
}

function partsOf({ tools = [], system = [], messages }: MessagesRequest): readonly Part[] {
  const blocks: Part[] = messages.flatMap(({ role, content }): readonly Part[] => {
    const told = typeof content === 'string' ? [{ text: content }] : content;
    return told.map((block) => ({ role, ...block }));
  });
  const first: readonly Part[] = typeof system === 'string' ? [{ text: system }] : system;
  return [...tools, ...first, ...blocks];
}
