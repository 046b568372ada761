import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { EventLoopLag } from './event-loop-lag.js';

const SECONDS_PER_MS = 1 / 1_000;

/** Boundaries in ms, around the budgets of each: a budget stands on a boundary, so that a breach can be read off. */
const BUCKETS_MS = {
  callSetUp: [10, 25, 50, 75, 100, 150, 250, 500, 1_000, 2_500],
  turn: [5, 15, 30, 50, 100, 200, 300, 400, 500, 700, 1_000, 1_200, 1_600, 2_500, 5_000, 10_000],
  playout: [1, 2, 5, 10, 20, 40, 80, 160, 320],
  http: [1, 5, 10, 25, 60, 100, 250, 500, 1_000, 5_000],
} as const;

/** What a caller got who was not served. */
export type TurnedAwayAnswer = 'transferred' | 'told' | 'hung-up';

export type WebhookOutcome = 'accepted' | 'repeated' | 'refused' | 'failed';

/** What is told of a provider at each scrape. */
export interface WatchedProvider {
  stage: string;
  name: string;
  state: string;
  inUse: number;
  sessions: number;
  latencyMs: number | null;
}

/**
 * What this process tells at `/metrics`. Arguments are milliseconds; Prometheus is told seconds, as it expects.
 *
 * Labels are words from short lists (a stage, a provider's name, a code), never an id, a number or a text of anyone.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #lag = new EventLoopLag();
  readonly #callsLive = this.#gauge('calls_live', 'Calls that this process carries now.');
  readonly #callSetUp = this.#histogram(
    'call_set_up',
    'Audio socket accepted to first frame of the greeting.',
    'callSetUp',
  );
  readonly #turn = this.#histogram('turn_stage', 'A stage of a turn, from its last needed input.', 'turn', 'stage');
  readonly #playout = this.#histogram('playout_lateness', 'Sound sent after its deadline by so much.', 'playout');
  readonly #http = this.#histogram('http_request', 'HTTP requests by route.', 'http', 'method', 'route', 'status');
  readonly #providerErrors = this.#counter('provider_errors_total', 'Provider failures.', 'stage', 'provider', 'code');
  readonly #switches = this.#counter(
    'provider_switches_total',
    'Times that another provider took over a stage of a call; reason healed: one that comes before it is back.',
    ...['stage', 'from', 'to', 'reason'],
  );
  readonly #probes = this.#counter(
    'provider_probes_total',
    'Tries whether a provider that was down is back.',
    ...['stage', 'provider', 'outcome'],
  );
  readonly #cost = this.#counter(
    'cost_usd_total',
    'What providers cost at known prices, in US dollars; waste none: it served a caller.',
    ...['stage', 'provider', 'waste'],
  );
  readonly #unpriced = this.#counter(
    'provider_unpriced_uses_total',
    'Uses of a provider whose price, or whose amount, nobody knows: they are not in the cost.',
    ...['stage', 'provider'],
  );
  readonly #turnedAway = this.#counter('calls_turned_away_total', 'Calls that were not served.', 'reason', 'answer');
  readonly #webhooks = this.#counter('webhooks_total', 'Webhook deliveries.', 'carrier', 'section', 'outcome');
  readonly contentType = this.#registry.contentType;

  /** @param processName stands on every line as `app` */
  constructor(processName: string) {
    this.#registry.setDefaultLabels({ app: processName });
    collectDefaultMetrics({ register: this.#registry });
    const lag = this.#lag;
    new Gauge({
      name: 'carillon_event_loop_lag_seconds',
      help: 'Delay of the event loop since the last scrape, above its own sampling interval.',
      labelNames: ['quantile'],
      registers: [this.#registry],
      collect() {
        const { p50Ms, p99Ms, maxMs } = lag.take();
        this.set({ quantile: '0.5' }, p50Ms * SECONDS_PER_MS);
        this.set({ quantile: '0.99' }, p99Ms * SECONDS_PER_MS);
        this.set({ quantile: '1' }, maxMs * SECONDS_PER_MS);
      },
    });
  }

  callsLive = (count: number): void => this.#callsLive.set(count);
  callSetUp = (tookMs: number): void => this.#callSetUp.observe(tookMs * SECONDS_PER_MS);
  turnStage = (stage: string, tookMs: number): void => this.#turn.observe({ stage }, tookMs * SECONDS_PER_MS);
  /** Told per message of sound; no label, so that it costs no lookup. */
  playedLate = (byMs: number): void => this.#playout.observe(Math.max(0, byMs) * SECONDS_PER_MS);
  providerFailed = (stage: string, provider: string, code: string): void =>
    this.#providerErrors.inc({ stage, provider, code });
  providerSwitched = (stage: string, from: string, to: string, reason: string): void =>
    this.#switches.inc({ stage, from, to, reason });
  providerProbed = (stage: string, provider: string, outcome: string): void =>
    this.#probes.inc({ stage, provider, outcome });
  providerCost = (stage: string, provider: string, waste: string, usd: number): void =>
    this.#cost.inc({ stage, provider, waste }, usd);
  providerUnpriced = (stage: string, provider: string): void => this.#unpriced.inc({ stage, provider });
  /** Asked at each scrape. */
  watchProviders(read: () => readonly WatchedProvider[]): void {
    const gauge = (name: string, help: string, valueOf: (provider: WatchedProvider) => number) =>
      new Gauge({
        name: `carillon_provider_${name}`,
        help,
        labelNames: ['stage', 'provider'],
        registers: [this.#registry],
        collect() {
          for (const provider of read())
            this.set({ stage: provider.stage, provider: provider.name }, valueOf(provider));
        },
      });
    gauge('down', '1 while a provider is not asked because it failed.', ({ state }) => Number(state !== 'closed'));
    gauge('in_use', 'Questions and sessions of recognisers that are open.', ({ inUse }) => inUse);
    gauge('sessions', 'Sockets that calls have with a provider.', ({ sessions }) => sessions);
    gauge('latency_seconds', 'To the first of an answer, a moving average.', ({ latencyMs }) =>
      latencyMs === null ? NaN : latencyMs * SECONDS_PER_MS,
    );
  }

  callTurnedAway = (reason: string, answer: TurnedAwayAnswer): void => this.#turnedAway.inc({ reason, answer });
  webhook = (carrier: string, section: string, outcome: WebhookOutcome): void =>
    this.#webhooks.inc({ carrier, section, outcome });
  /** @param route the pattern, such as `/api/v1/calls/:id`, never the path that was asked */
  httpRequest = (method: string, route: string, status: number, tookMs: number): void =>
    this.#http.observe({ method, route, status: String(status) }, tookMs * SECONDS_PER_MS);

  /** All of it, in Prometheus' text format. */
  text = (): Promise<string> => this.#registry.metrics();

  /** Stops sampling the event loop. */
  close(): void {
    this.#lag.close();
    this.#registry.clear();
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({
      name: `carillon_${name}`,
      help,
      registers: [this.#registry],
    });
  }

  #counter<Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({
      name: `carillon_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
    });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    buckets: keyof typeof BUCKETS_MS,
    ...labelNames: Label[]
  ): Histogram<Label> {
    return new Histogram({
      name: `carillon_${name}_seconds`,
      help,
      labelNames,
      buckets: BUCKETS_MS[buckets].map((ms) => ms * SECONDS_PER_MS),
      registers: [this.#registry],
    });
  }
}

export const createMetrics = (processName: string): Metrics => new Metrics(processName);
