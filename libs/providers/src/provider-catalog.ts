import type { LanguageModel, ProviderStage, SpeechToSpeech, SpeechToText, TextToSpeech } from '@app/conversation/ports';
import { type Clock, OperationalError } from '@app/kernel';
import { type AnthropicConfig, AnthropicLanguageModel } from './llm/anthropic.llm.js';
import { type GeminiConfig, GeminiLanguageModel } from './llm/gemini.llm.js';
import { type OpenAiConfig, OpenAiLanguageModel } from './llm/openai.llm.js';
import { COMPATIBLE_DIALECT } from './llm/openai.wire.js';
import { OpenAiRealtime, type OpenAiRealtimeConfig } from './realtime/openai-realtime.s2s.js';
import { ReadingVoice } from './realtime/reading-voice.js';
import { type DeepgramConfig, DeepgramSpeechToText } from './stt/deepgram.stt.js';
import { GoogleChannel } from './stt/google.channel.js';
import { type GoogleConfig, GoogleSpeechToText } from './stt/google.stt.js';
import { listensLive, type OpenAiLiveConfig, OpenAiLiveSpeechToText } from './stt/openai-live.stt.js';
import { ScribeSpeechToText } from './stt/scribe.stt.js';
import { TranscriptionSpeechToText } from './stt/transcription.stt.js';
import { type FluxConfig, FluxSpeechToText, isFlux } from './stt/flux.stt.js';
import { DeepgramTextToSpeech } from './tts/deepgram.tts.js';
import { ElevenLabsHttpTextToSpeech } from './tts/elevenlabs-http.tts.js';
import { type ElevenLabsConfig, ElevenLabsTextToSpeech } from './tts/elevenlabs.tts.js';
import { type OpenAiVoiceConfig, OpenAiTextToSpeech } from './tts/openai.tts.js';
import { SpokenFormTextToSpeech } from './tts/spoken-form/spoken-form.tts.js';
import type { VendorConfig } from './vendor-config.js';

/** A vendor that is left out is not there: its names are unknown. */
export interface ProvidersConfig {
  deepgram?: DeepgramConfig & FluxConfig;
  openai?: OpenAiConfig;
  anthropic?: AnthropicConfig;
  gemini?: GeminiConfig;
  /** Any server that speaks OpenAI's protocol, beside OpenAI itself: `openai-compatible/<model>`. */
  openaiCompatible?: OpenAiConfig;
  elevenlabs?: ElevenLabsConfig;
  /** OpenAI's models that hear and speak by themselves. */
  openaiRealtime?: OpenAiRealtimeConfig;
  /** Vendors that also recognise, by the model that is usual for that. */
  recognisers?: {
    openai?: OpenAiLiveConfig;
    openaiCompatible?: VendorConfig;
    elevenlabs?: VendorConfig;
    google?: GoogleConfig;
  };
  /** Voices of vendors that do something else too: their usual model is another one. */
  voices?: { deepgram?: VendorConfig; openai?: OpenAiVoiceConfig; openaiCompatible?: OpenAiVoiceConfig };
}

/** One vendor for one stage of a call, with any of its models. */
export type ProviderSource = { vendor: string; usualModel: string; host: string; url?: string } & (
  | { stage: 'recogniser'; make: (model: string) => SpeechToText }
  | { stage: 'model'; make: (model: string) => LanguageModel }
  | { stage: 'voice'; make: (model: string) => TextToSpeech }
  | { stage: 'speech'; make: (model: string) => SpeechToSpeech }
);

/** What can be shown of a provider. */
export interface ProviderListing {
  /** `speech`: model and voice in one. */
  stage: ProviderStage | 'speech';
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

  /** It is given figures as people say them. @throws UnknownProvider */
  voice(name: string): TextToSpeech {
    const voice = pick(
      'voice',
      name,
      this.sources.filter((source) => source.stage === 'voice'),
    );
    return new SpokenFormTextToSpeech(voice);
  }

  /** Where a name is reached, by HTTP where there is a `url`; undefined: it is not known here. */
  placeOf(stage: ProviderStage, name: string): { host: string; url?: string } | undefined {
    const [vendor, model] = partsOf(name);
    return model ? this.sources.find((source) => source.stage === stage && source.vendor === vendor) : undefined;
  }

  /** Undefined for the name of a model that only writes. */
  speech(name: string): SpeechToSpeech | undefined {
    const [vendor, model] = partsOf(name);
    const source = this.sources.find((source) => source.stage === 'speech' && source.vendor === vendor);
    return source?.stage === 'speech' && model !== '' ? source.make(model) : undefined;
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
  const [named, model] = partsOf(name);
  const source = sources.find(({ vendor }) => vendor === named);
  if (!source || !model)
    throw new UnknownProvider(
      stage,
      name,
      sources.map(({ vendor }) => vendor),
    );
  return source.make(model);
}

/** Vendor and model; empty where there is none. */
function partsOf(name: string): [vendor: string, model: string] {
  const slash = name.indexOf('/');
  return [name.slice(0, Math.max(0, slash)), name.slice(slash + 1)];
}

/** The catalogue of a configuration: one line for each vendor and stage. */
export function catalogOf(config: ProvidersConfig, clock: Clock): ProviderCatalog {
  return new ProviderCatalog([
    ...recognisersOf(config, clock),
    ...modelsOf(config, clock),
    ...voicesOf(config, clock),
    ...speechesOf(config, clock),
  ]);
}

function recognisersOf({ deepgram, recognisers = {} }: ProvidersConfig, clock: Clock): ProviderSource[] {
  const source = sourcesOf<'recogniser', SpeechToText>('recogniser');
  const { openai, openaiCompatible, elevenlabs, google } = recognisers;
  const channel = new GoogleChannel(google?.url ?? ''); // of all its models
  return [
    ...source('deepgram', deepgram, (of) =>
      isFlux(of.model) ? new FluxSpeechToText(of, clock) : new DeepgramSpeechToText(of, clock),
    ),
    ...source('openai', openai, (of) =>
      listensLive(of.model) ? new OpenAiLiveSpeechToText(of, clock) : new TranscriptionSpeechToText(of, clock),
    ),
    ...source(
      COMPATIBLE,
      openaiCompatible,
      (of) => new TranscriptionSpeechToText({ ...of, vendor: COMPATIBLE }, clock),
    ),
    ...source('elevenlabs', elevenlabs, (of) => new ScribeSpeechToText(of, clock)),
    ...source('google', google, (of) => new GoogleSpeechToText(of, clock, channel)),
  ];
}

function modelsOf(config: ProvidersConfig, clock: Clock): ProviderSource[] {
  const { openai, anthropic, gemini, openaiCompatible } = config;
  const source = sourcesOf<'model', LanguageModel>('model');
  return [
    ...source('openai', openai, (of) => new OpenAiLanguageModel(of, clock)),
    ...source('anthropic', anthropic, (of) => new AnthropicLanguageModel(of, clock)),
    ...source('gemini', gemini, (of) => new GeminiLanguageModel(of, clock)),
    ...source(COMPATIBLE, openaiCompatible, (of) => {
      const dialect = { ...COMPATIBLE_DIALECT, ...of.dialect };
      return new OpenAiLanguageModel({ ...of, vendor: COMPATIBLE, dialect }, clock);
    }),
  ];
}

function voicesOf({ elevenlabs, voices = {} }: ProvidersConfig, clock: Clock): ProviderSource[] {
  const { deepgram, openai, openaiCompatible } = voices;
  const source = sourcesOf<'voice', TextToSpeech>('voice');
  return [
    ...source('elevenlabs', elevenlabs, (of) => new ElevenLabsTextToSpeech(of, clock)),
    ...source('elevenlabs-http', elevenlabs, (of) => new ElevenLabsHttpTextToSpeech(of, clock)),
    ...source('deepgram', deepgram, (of) => new DeepgramTextToSpeech(of, clock)),
    ...source('openai', openai, (of) => new OpenAiTextToSpeech(of, clock)),
    ...source(COMPATIBLE, openaiCompatible, (of) => new OpenAiTextToSpeech({ ...of, vendor: COMPATIBLE }, clock)),
  ];
}

/** One that speaks is a voice too: it reads what agents say word for word. */
function speechesOf({ openaiRealtime }: ProvidersConfig, clock: Clock): ProviderSource[] {
  if (!openaiRealtime) return [];
  const source = sourceOf('openai-realtime', openaiRealtime);
  const make = (model: string) => new OpenAiRealtime({ ...openaiRealtime, model }, clock);
  return [
    { stage: 'speech', ...source, make },
    { stage: 'voice', ...source, make: (model) => new ReadingVoice(make(model)) },
  ];
}

/** One vendor for a stage, with any of its models; none where it is not configured. */
const sourcesOf =
  <Stage extends ProviderStage, Port>(stage: Stage) =>
  <C extends VendorConfig>(vendor: string, config: C | undefined, of: (config: C) => Port) =>
    config ? [{ stage, ...sourceOf(vendor, config), make: (model: string) => of({ ...config, model }) }] : [];

const COMPATIBLE = 'openai-compatible';

const sourceOf = (vendor: string, { url, model }: VendorConfig) => ({
  vendor,
  usualModel: model,
  host: new URL(url).host,
  ...(url.startsWith('http') && { url }),
});
