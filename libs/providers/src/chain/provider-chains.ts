import type {
  CallSettings,
  FallbackVoice,
  GatedProvider,
  LanguageModel,
  ProviderFallbacks,
  ProviderGate,
  ProviderHealth,
  ProviderStage,
  SpeechToText,
  TextToSpeech,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { ProviderCatalog } from '../provider-catalog.js';
import type { WarmHosts } from './warm-hosts.js';
import { AfterCallLanguageModel } from './after-call-language-model.js';
import { Chain, type Link, type ProbeListener } from './chain.js';
import { FallbackLanguageModel } from './fallback-language-model.js';
import { FallbackSpeechToText } from './fallback-speech-to-text.js';
import { FallbackTextToSpeech, type VoiceLink } from './fallback-text-to-speech.js';

/** How long a provider may take to begin before the next one is asked beside it. Milliseconds. */
export type ChainPatience = Record<ProviderStage, number>;

/** A turn may be silent for 2.5 s, and "one moment" comes after 2: the three of them and their successors fit into that. */
export const USUAL_PATIENCE: ChainPatience = { recogniser: 700, model: 1_000, voice: 700 };

export interface ProviderChainsParts {
  catalog: ProviderCatalog;
  gate: ProviderGate;
  clock: Clock;
  /** The installation's, for agents that name none. */
  fallbacks?: ProviderFallbacks | undefined;
  patience?: Partial<ChainPatience> | undefined;
  onProbe?: ProbeListener;
  /** Makes connections before they are needed; absent: they are made when they are. */
  warmHosts?: Pick<WarmHosts, 'warm'>;
}

type Named = CallSettings['providers'];

/** How a provider does, as it can be shown; what is counted is counted in this process. */
export interface ProviderStatus extends GatedProvider, ProviderHealth, Counts {}

interface Counts {
  /** Sessions that calls have with it, a socket each; those beyond what is in use are idle. A model has none. */
  sessions: number;
  /** Times that it took over from another, and that another took over from it. */
  switchesTo: number;
  switchesFrom: number;
}

/** So long without an answer, and nobody begins a call with it. Milliseconds. */
const GIVEN_UP_MS = 5_000;

/** Who hears, thinks and speaks in a call: for each stage the provider that its agent names, and those that stand in for it. */
export class ProviderChains {
  readonly #known = new Map<string, { gated: GatedProvider; counts: Counts }>();

  constructor(private readonly parts: ProviderChainsParts) {
    for (const { stage, name, host } of parts.catalog.list()) if (stage !== 'speech') this.#note({ stage, name, host });
  }

  /** What one call has. @throws UnknownProvider when of a stage none is configured here */
  of(named: Named): { recogniser: SpeechToText; model: LanguageModel; voice: TextToSpeech } {
    const { catalog } = this.parts;
    return {
      recogniser: this.recogniser(named),
      model: new FallbackLanguageModel(
        this.#chain('model', this.#models(named), (name) => catalog.model(name)),
        (name) => this.#warm(name),
      ),
      voice: new FallbackTextToSpeech(this.#voices(named)),
    };
  }

  /**
   * The same models in the order of what they cost, for a call that must be careful; undefined when the first is the
   * cheapest already, or its price is not known.
   *
   * @param usdOf what an answer of it costs; undefined: nobody knows
   */
  cheaperModel(named: Named, usdOf: (name: string) => number | undefined): LanguageModel | undefined {
    const names = this.#models(named).filter((name) => this.#gated('model', name) !== undefined);
    const usual = names[0] === undefined ? undefined : usdOf(names[0]);
    const priced = names.map((name) => ({ name, usd: usdOf(name) ?? Infinity })).sort((a, b) => a.usd - b.usd);
    if (usual === undefined || (priced[0]?.usd ?? Infinity) >= usual) return undefined;
    const { catalog } = this.parts;
    const ordered = priced.map(({ name }) => name);
    return new FallbackLanguageModel(
      this.#chain('model', ordered, (name) => catalog.model(name)),
      (name) => this.#warm(name),
    );
  }

  /** Of a call whose model hears and speaks by itself. @throws UnknownProvider */
  recogniser(named: Pick<Named, 'recogniser' | 'fallbacks'>): SpeechToText {
    const { catalog } = this.parts;
    const names = this.#recognisers(named);
    return new FallbackSpeechToText(this.#chain('recogniser', names, (name) => catalog.recogniser(name)));
  }

  /** A model for what nobody waits for: callers go before it. @throws UnknownProvider */
  afterCall(name: string): LanguageModel {
    const { catalog, gate, clock } = this.parts;
    const model = catalog.model(name);
    const gated = this.#gated('model', name);
    return gated ? new AfterCallLanguageModel({ model, gated, gate, clock }) : model;
  }

  /** False when of a stage nobody has answered for some seconds: a call that begins now would be lost. */
  canCarry(named: Named): boolean {
    const { gate } = this.parts;
    const isThere = (stage: ProviderStage, names: readonly string[]) => {
      const known = names.flatMap((name) => this.#gated(stage, name) ?? []);
      return known.length === 0 || known.some((gated) => (gate.health(gated).downForMs ?? 0) < GIVEN_UP_MS);
    };
    return (
      isThere('recogniser', this.#recognisers(named)) &&
      isThere('model', this.#models(named)) &&
      isThere('voice', this.#voiceLinks(named).map(({ voice }) => voice)) // prettier-ignore
    );
  }

  /** Every provider that is configured, or that a call asked for. */
  statuses(): ProviderStatus[] {
    const { gate } = this.parts;
    return [...this.#known.values()].map(({ gated, counts }) => ({ ...gated, ...gate.health(gated), ...counts }));
  }

  #warm(model: string): void {
    const url = this.parts.catalog.placeOf('model', model)?.url;
    if (url !== undefined) this.parts.warmHosts?.warm(url);
  }

  #recognisers = ({ recogniser, fallbacks }: Pick<Named, 'recogniser' | 'fallbacks'>): string[] => [
    recogniser,
    ...(fallbacks?.recogniser ?? this.parts.fallbacks?.recogniser ?? []),
  ];

  #models = ({ model, fallbacks }: Named): string[] => [
    model,
    ...(fallbacks?.model ?? this.parts.fallbacks?.model ?? []),
  ];

  #voiceLinks = ({ voice, voiceId, fallbacks }: Named): FallbackVoice[] => [
    { voice, voiceId },
    ...(fallbacks?.voice ?? this.parts.fallbacks?.voice ?? []),
  ];

  #voices(named: Named): Chain<VoiceLink> {
    const links = this.#voiceLinks(named);
    const { catalog } = this.parts;
    return this.#chain(
      'voice',
      links.map(({ voice }) => voice),
      (name, index) => ({ voice: catalog.voice(name), voiceId: links[index]?.voiceId ?? '' }),
    );
  }

  /** Names that are not configured here are passed over; when none is left, the first says so. */
  #chain<Provider>(
    stage: ProviderStage,
    names: readonly string[],
    make: (name: string, index: number) => Provider,
  ): Chain<Provider> {
    const links = names.flatMap((name, index): Link<Provider>[] => {
      const gated = this.#gated(stage, name);
      return gated && names.indexOf(name) === index ? [{ gated, make: () => make(name, index) }] : [];
    });
    if (links.length === 0) make(names[0] ?? '', 0);
    const { gate, clock, patience, onProbe } = this.parts;
    const patienceMs = patience?.[stage] ?? USUAL_PATIENCE[stage];
    const onActivated = (to: GatedProvider, from: GatedProvider) => {
      this.#note(to).counts.switchesTo += 1;
      this.#note(from).counts.switchesFrom += 1;
    };
    const onSession = (gated: GatedProvider) => {
      const { counts } = this.#note(gated);
      counts.sessions += 1;
      return () => void (counts.sessions -= 1);
    };
    return new Chain(links, { gate, clock, patienceMs, onActivated, onSession, ...(onProbe && { onProbe }) });
  }

  #gated(stage: ProviderStage, name: string): GatedProvider | undefined {
    const place = this.parts.catalog.placeOf(stage, name);
    return place && this.#note({ stage, name, host: place.host }).gated;
  }

  #note(gated: GatedProvider): { gated: GatedProvider; counts: Counts } {
    const key = `${gated.stage} ${gated.name}`;
    const known = this.#known.get(key) ?? { gated, counts: { sessions: 0, switchesTo: 0, switchesFrom: 0 } };
    this.#known.set(key, known);
    return known;
  }
}
