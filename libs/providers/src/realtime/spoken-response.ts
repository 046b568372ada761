import { type ModelUsage, ProviderError, type SpokenPart } from '@app/conversation/ports';
import { Mailbox } from '@app/kernel';
import type { SampleRateHz } from '@app/audio';
import { failureOf, type RealtimeNews, usageOf } from './openai-realtime.wire.js';
import { HistoryItem } from './history-item.js';
import { SoundDown } from './realtime-sound.js';

type Response = (RealtimeNews & { type: 'response.done' })['response'];

/** One response on its way, from the request to its last word. */
export class SpokenResponse {
  /** One reader. */
  readonly parts = new Mailbox<SpokenPart>();
  readonly item = new HistoryItem();
  /** Theirs; undefined until they named it. */
  id: string | undefined;
  /** Nobody reads it any more. */
  abandoned = false;
  /** Resolves when they say that it is over, or will never say it. */
  readonly over: Promise<void>;
  #settle: () => void = () => undefined;
  readonly #down: SoundDown;
  readonly #names = new Map<string, string>();
  #calls = 0;

  constructor(
    /** Ours. */
    readonly key: string,
    private readonly provider: string,
    private readonly rateHz: SampleRateHz,
    /** Told once what it used, also when it was abandoned; null: they never said. */
    readonly onUsage: (usage: ModelUsage | null) => void = () => undefined,
  ) {
    this.#down = new SoundDown(rateHz);
    this.over = new Promise((resolve) => (this.#settle = resolve));
  }

  settle(): void {
    this.item.whole();
    this.#settle();
  }

  /** @returns whether anything came of it */
  take(news: RealtimeNews): boolean {
    if (news.type === 'response.output_item.added') {
      this.item.ids.push(news.item.id);
      if (news.item.type === 'message') this.item.spokenId = news.item.id;
      if (news.item.name) this.#names.set(news.item.id, news.item.name);
      return false;
    }
    if (this.abandoned) return false;
    if (news.type === 'response.output_audio.delta') return this.#hear(this.#down.read(news.delta));
    if (news.type === 'response.output_audio_transcript.delta') {
      this.parts.push({ type: 'words', text: news.delta });
      return true;
    }
    if (news.type !== 'response.function_call_arguments.done') return false;
    const name = news.name ?? this.#names.get(news.item_id);
    if (!name) throw new ProviderError(this.provider, 'unreadable');
    this.#calls += 1;
    this.parts.push({ type: 'function-call', call: { id: news.call_id, name, argumentsJson: news.arguments } });
    return true;
  }

  /** They say that it is over. */
  done({ status, status_details: details, usage }: Response): void {
    const finished = (reason: 'stop' | 'functions' | 'length' | 'refused') => {
      if (!this.abandoned && this.item.lengthMs > 0) this.#hear(this.#down.end());
      this.parts.push({ type: 'finished', reason, usage: usageOf(usage) });
      this.close();
    };
    this.onUsage(usageOf(usage));
    if (status === 'completed') return finished(this.#calls > 0 ? 'functions' : 'stop');
    if (status === 'incomplete') return finished(details?.reason === 'content_filter' ? 'refused' : 'length');
    this.close(new ProviderError(this.provider, details?.error ? failureOf(details.error) : 'unreachable'));
  }

  close(error?: unknown): void {
    this.#down.close();
    this.parts.close(error);
  }

  #hear(samples: Int16Array): boolean {
    if (samples.length === 0) return false;
    this.item.lengthMs += (samples.length * 1_000) / this.rateHz;
    this.parts.push({ type: 'sound', samples });
    return true;
  }
}
