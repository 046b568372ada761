import { type ModelPart, type ModelRequest, ProviderError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { untilAborted } from '../until-aborted.js';
import type { ProviderTimeouts } from '../vendor-config.js';

/** How long a whole answer waits for its bill and for the end of its stream. */
const USAGE_MS = 500;

/** Puts one answer together from a vendor's chunks. */
export interface AnswerReader {
  /** All but what it cost was told. */
  readonly whole: boolean;
  /** Its last part, once it is whole. */
  readonly finished: ModelPart;
  /** Whether the chunk brought anything of the answer, and what can be told of it. @throws ProviderError */
  read(chunk: unknown): { progress: boolean; parts: ModelPart[] };
}

export interface StreamedAnswer {
  /** `vendor/model`. */
  provider: string;
  clock: Clock;
  timeouts: ProviderTimeouts;
  request: ModelRequest;
  answer: AnswerReader;
  /** Asks; the signal aborts when nobody reads on, whatever the reason. */
  ask: (signal: AbortSignal) => AsyncIterable<unknown>;
  /** What the vendor's SDK threw, as a ProviderError; a bug comes back as it is. */
  toProviderError: (error: unknown) => unknown;
}

/** A vendor's stream as the port promises it: in time, ended within a tick of abort, one error and nothing after it. */
export async function* streamedAnswer(parts: StreamedAnswer): AsyncGenerator<ModelPart> {
  const { provider, clock, request, answer } = parts;
  const { firstMs, idleMs, wholeMs } = parts.timeouts;
  const ending = new AbortController();
  const late = () => ending.abort(new ProviderError(provider, 'timed-out'));
  const [deadline, whole] = [new Deadline(clock, late), new Deadline(clock, late)];
  const signal = AbortSignal.any([request.signal, ending.signal]);
  try {
    signal.throwIfAborted();
    deadline.within(firstMs);
    whole.within(wholeMs);
    for await (const chunk of untilAborted(parts.ask(signal), signal)) {
      const { progress, parts: told } = answer.read(chunk);
      if (!progress) continue;
      deadline.met(); // a slow reader is not a slow model
      if (told.length === 0) request.onBegun?.();
      yield* told;
      deadline.within(answer.whole ? USAGE_MS : idleMs);
    }
    if (!answer.whole) throw new ProviderError(provider, 'unreachable');
  } catch (error) {
    request.signal.throwIfAborted();
    if (!answer.whole) throw parts.toProviderError(error); // else only the bill is missing
  } finally {
    deadline.met();
    whole.met();
    ending.abort(); // a stream that is left open would keep its connection
  }
  yield answer.finished;
}
