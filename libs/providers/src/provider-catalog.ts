import type { LanguageModel, ProviderStage, SpeechToText, TextToSpeech } from '@app/conversation/ports';
import { type Clock, OperationalError } from '@app/kernel';
import { type OpenAiConfig, OpenAiLanguageModel } from './llm/openai.llm.js';
import { type DeepgramConfig, DeepgramSpeechToText } from './stt/deepgram.stt.js';
import { type ElevenLabsConfig, ElevenLabsTextToSpeech } from './tts/elevenlabs.tts.js';
import type { VendorConfig } from './vendor-config.js';

/** A vendor that is left out is not there: its names are unknown. */
export interface ProvidersConfig {
  deepgram?: DeepgramConfig;
  openai?: OpenAiConfig;
  elevenlabs?: ElevenLabsConfig;
}

/** One vendor for one stage of a call, with any of its models. */
export type ProviderSource = { vendor: string; usualModel: string; host: string } & (
  | { stage: 'recogniser'; make: (model: string) => SpeechToText }
  | { stage: 'model'; make: (model: string) => LanguageModel }
  | { stage: 'voice'; make: (model: string) => TextToSpeech }
);

/** What can be shown of a provider. */
export interface ProviderListing {
  stage: ProviderStage;
  /** `vendor/model` with the vendor's usual model. */
  name: string;
  /** Where it is reached: the vendor's cloud, or a machine that speaks its protocol. */
  host: string;
}

/** What this installation can speak with, by the name an agent asks for: `vendor/model`, with any model of a vendor. */
export class ProviderCatalog {
  constructor(private readonly sources: readonly ProviderSource[]) {}

  /** @throws UnknownProvider */
  recogniser(name: string): SpeechToText {
    return pick(
      'recogniser',
      name,
      this.sources.filter((source) => source.stage === 'recogniser'),
    );
  }

  /** @throws UnknownProvider */
  model(name: string): LanguageModel {
    return pick(
      'model',
      name,
      this.sources.filter((source) => source.stage === 'model'),
    );
  }

  /** @throws UnknownProvider */
  voice(name: string): TextToSpeech {
    return pick(
      'voice',
      name,
      this.sources.filter((source) => source.stage === 'voice'),
    );
  }

  list(): ProviderListing[] {
    return this.sources.map(({ stage, vendor, usualModel, host }) => ({
      stage,
      name: `${vendor}/${usualModel}`,
      host,
    }));
  }
}

/** An agent asks for what is not configured here. */
export class UnknownProvider extends OperationalError {
  readonly code = 'provider.unknown';
  readonly retryable = false;

  constructor(stage: ProviderStage, name: string, vendors: readonly string[]) {
    super(`no ${stage} "${name}" here; there is ${vendors.map((vendor) => `${vendor}/…`).join(', ') || 'none'}`);
  }
}

function pick<T>(
  stage: ProviderStage,
  name: string,
  sources: readonly { vendor: string; make: (model: string) => T }[],
): T {
  const slash = name.indexOf('/');
  const source = sources.find(({ vendor }) => vendor === name.slice(0, Math.max(0, slash)));
  const model = name.slice(slash + 1);
  if (!source || !model)
    throw new UnknownProvider(
      stage,
      name,
      sources.map(({ vendor }) => vendor),
    );
  return source.make(model);
}

/** The catalogue of a configuration: one line for each vendor and stage. */
export function catalogOf({ deepgram, openai, elevenlabs }: ProvidersConfig, clock: Clock): ProviderCatalog {
  const sources: ProviderSource[] = [];
  if (deepgram)
    sources.push({
      stage: 'recogniser',
      ...sourceOf('deepgram', deepgram),
      make: (model) => new DeepgramSpeechToText({ ...deepgram, model }, clock),
    });
  if (openai)
    sources.push({
      stage: 'model',
      ...sourceOf('openai', openai),
      make: (model) => new OpenAiLanguageModel({ ...openai, model }, clock),
    });
  if (elevenlabs)
    sources.push({
      stage: 'voice',
      ...sourceOf('elevenlabs', elevenlabs),
      make: (model) => new ElevenLabsTextToSpeech({ ...elevenlabs, model }, clock),
    });
  return new ProviderCatalog(sources);
}

const sourceOf = (vendor: string, { url, model }: VendorConfig) => ({
  vendor,
  usualModel: model,
  host: new URL(url).host,
});
