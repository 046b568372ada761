import {
  type GatedProvider,
  type LanguageModel,
  type ModelPart,
  type ModelRequest,
  ProviderError,
  type ProviderGate,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';

/** A model for what nobody waits for: it is `overloaded` while the gate keeps its places for callers, or holds it for down. */
export class AfterCallLanguageModel implements LanguageModel {
  constructor(
    private readonly parts: { model: LanguageModel; gated: GatedProvider; gate: ProviderGate; clock: Clock },
  ) {}

  get name(): string {
    return this.parts.model.name;
  }

  async *reply(request: ModelRequest): AsyncGenerator<ModelPart> {
    const { model, gated, gate, clock } = this.parts;
    request.signal.throwIfAborted();
    const pass = gate.enter(gated, 'after-call') ?? (await gate.probe(gated));
    if (!pass) throw new ProviderError(model.name, 'overloaded');
    const sinceMs = clock.nowMs();
    let isFirst = true;
    try {
      for await (const part of model.reply(request)) {
        if (isFirst) pass.answered(clock.nowMs() - sinceMs);
        isFirst = false;
        yield part;
      }
    } catch (error) {
      if (error instanceof ProviderError && error.retryable) pass.failed(); // what is refused here, a turn may be given
      throw error;
    } finally {
      pass.leave();
    }
  }
}
