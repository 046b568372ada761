import { loadResampler, PlayoutClock } from '@app/audio';
import { type Logger, Metrics } from '@app/boot';
import { PhraseCache } from '@app/conversation';
import type { CallSettings } from '@app/conversation/ports';
import { type FunctionParts, functionRunnerOf, USUAL_OFFICE_HOURS } from '@app/functions';
import { JobQueue } from '@app/jobs';
import type { Clock } from '@app/kernel';
import { Commands, Feed, Lines, LiveCalls, LiveRedis, Nodes, RedisCallLogs, RedisProviderGate } from '@app/live-state';
import { AgentStore, CallStore, ContactStore, PrismaCalendar, PrismaFunctionLedger } from '@app/persistence';
import {
  catalogOf,
  limitsByName,
  PriceList,
  type ProbeListener,
  ProviderCatalog,
  ProviderChains,
  type ProviderChainsParts,
  retirementOf,
  SileroVoiceDetector,
  WarmHosts,
} from '@app/providers';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { TestCalls, type TestCallsParts } from '../agents/test-calls/test-calls.js';
import type { ApiConfig } from '../api.env.js';
import { provideFrom } from '../named-parts.js';
import { CLOCK, LOGGER, NODE_ID } from '../process-parts.js';
import { SecondLegs } from '../second-legs/second-legs.js';
import { CallCarrier } from './arrived-call.js';
import { CallBooks, type CallBooksParts } from './call-books.js';
import { CallRunner, type CallRunnerParts } from './call-runner.js';
import { CarriedCalls, type CarriedCallsParts } from './carried-calls.js';
import { PhraseFiles } from './phrase-files.js';
import { PhraseWarmer, type PhraseWarmerParts } from './phrase-warmer.js';
import { Recordings } from './recording/recordings.js';
import { ReturnedCalls, type ReturnedCallsParts } from './returned-calls.js';

export type CarryingConfig = Pick<
  ApiConfig,
  'calls' | 'prices' | 'chains' | 'functions' | 'phrases' | 'providers' | 'recordings' | 'ringover' | 'outbound'
>;

/** What a node that has no limit of its own tells the others. */
const CAPACITY = 1_000;

/** The one voice detector of the process, and its thread. */
@Injectable()
class OwnDetector implements OnApplicationShutdown {
  constructor(@Inject(SileroVoiceDetector) readonly detector: SileroVoiceDetector) {}
  onApplicationShutdown = (): Promise<void> => this.detector.close();
}

@Injectable()
class OwnGate implements OnApplicationShutdown {
  constructor(@Inject(RedisProviderGate) readonly gate: RedisProviderGate) {}
  onApplicationShutdown = (): void => this.gate.close();
}

/** All that carries calls in this process. Stores, clock, log, metrics and the playout clock are global. */
@Module({})
export class CarryingModule {
  static with(config: CarryingConfig): DynamicModule {
    return {
      module: CarryingModule,
      providers: [OwnDetector, OwnGate, ...means(config), ...books(config), ...recordings(config), ...carriers(config)],
      exports: [CallCarrier, CallRunner, PhraseWarmer, ProviderCatalog, ProviderChains, ReturnedCalls, TestCalls],
    };
  }
}

interface ClockAndLog {
  clock: Clock;
  log: Logger;
}
const CLOCK_AND_LOG = { clock: CLOCK, log: LOGGER };

/** What a conversation hears, thinks and speaks with. */
const means = ({ providers, chains, phrases }: CarryingConfig): Provider[] => [
  provideFrom<ClockAndLog>(PhraseCache, CLOCK_AND_LOG, ({ clock, log }) => {
    const report = (error: unknown) => log.warn({ error }, 'a phrase could not be kept');
    const { folder } = phrases;
    return new PhraseCache({ store: folder ? new PhraseFiles({ folder, clock, report }) : undefined });
  }),
  provideFrom<ClockAndLog>(ProviderCatalog, CLOCK_AND_LOG, ({ clock, log }) => {
    const catalog = catalogOf(providers, clock);
    warnOfRetirements(catalog, clock, log);
    return catalog;
  }),
  provideFrom<Pick<ProviderChainsParts, 'catalog' | 'clock' | 'gate'> & { metrics: Metrics }>(
    ProviderChains,
    { catalog: ProviderCatalog, clock: CLOCK, gate: RedisProviderGate, metrics: Metrics },
    ({ metrics, ...parts }) => {
      const { fallbacks, patience } = chains;
      const onProbe: ProbeListener = ({ stage, name }, outcome) => metrics.providerProbed(stage, name, outcome);
      const warmHosts = new WarmHosts({ clock: parts.clock, fetch });
      const made = new ProviderChains({ ...parts, fallbacks, patience, onProbe, warmHosts });
      metrics.watchProviders(() => made.statuses());
      return made;
    },
  ),
  provideFrom<Pick<ClockAndLog, 'clock'> & { redis: LiveRedis }>(
    RedisProviderGate,
    { clock: CLOCK, redis: LiveRedis },
    ({ clock, redis }) => new RedisProviderGate(redis, clock, { limitsOf: limitsByName(chains.limits) }),
  ),
  provideFrom<ClockAndLog>(SileroVoiceDetector, CLOCK_AND_LOG, async ({ clock, log }) => {
    await loadResampler();
    return SileroVoiceDetector.start({
      clock,
      onFallback: ({ reason, cause }) => log.warn({ reason, error: cause }, 'voice detector fell back'),
      onRestart: (error) => log.warn({ error }, 'voice detector was started again'),
    });
  }),
];

const books = ({ calls, outbound }: CarryingConfig): Provider[] => [
  provideFrom<Omit<CallBooksParts, 'linesPerAgent' | 'linesPerNode' | 'linesInAll' | 'callsPersons'>>(
    CallBooks,
    {
      ...CLOCK_AND_LOG,
      nodeId: NODE_ID,
      agents: AgentStore,
      calls: CallStore,
      contacts: ContactStore,
      live: LiveCalls,
      lines: Lines,
      logs: RedisCallLogs,
      feed: Feed,
      jobs: JobQueue,
    },
    (parts) => {
      const { linesPerAgent, linesPerNode, linesInAll } = calls;
      return new CallBooks({ ...parts, linesPerAgent, linesPerNode, linesInAll, callsPersons: outbound !== undefined });
    },
  ),
];

/** `folder` is absolute. */
const recordings = ({ recordings: { folder } }: CarryingConfig): Provider[] => [
  provideFrom<ClockAndLog>(Recordings, CLOCK_AND_LOG, (parts) => new Recordings({ ...parts, folder })),
];

const RETURNED: Provider = provideFrom<ReturnedCallsParts>(
  ReturnedCalls,
  {
    ...CLOCK_AND_LOG,
    nodeId: NODE_ID,
    live: LiveCalls,
    nodes: Nodes,
    commands: Commands,
    logs: RedisCallLogs,
    jobs: JobQueue,
  },
  (parts) => new ReturnedCalls(parts),
);

const carriers = ({ calls, functions, ringover, prices }: CarryingConfig): Provider[] => [
  provideFrom<Omit<CallRunnerParts, 'functionsFor' | 'prices'> & Pick<FunctionParts, 'calendar' | 'ledger'>>(
    CallRunner,
    {
      ...CLOCK_AND_LOG,
      metrics: Metrics,
      books: CallBooks,
      chains: ProviderChains,
      catalog: ProviderCatalog,
      detector: SileroVoiceDetector,
      playout: PlayoutClock,
      ...{ phrases: PhraseCache, warmer: PhraseWarmer },
      recordings: Recordings,
      persons: SecondLegs,
      calendar: PrismaCalendar,
      ledger: PrismaFunctionLedger,
    },
    (parts) => new CallRunner({ ...parts, functionsFor: functionsOf(functions, parts), prices: new PriceList(prices) }),
  ),
  provideFrom<
    Omit<TestCallsParts, 'functionsFor' | 'prices'> & Pick<FunctionParts, 'calendar' | 'ledger'> & ClockAndLog
  >(
    TestCalls,
    {
      ...CLOCK_AND_LOG,
      ...{ metrics: Metrics, chains: ProviderChains, calendar: PrismaCalendar, ledger: PrismaFunctionLedger },
    },
    (parts) => new TestCalls({ ...parts, functionsFor: functionsOf(functions, parts), prices: new PriceList(prices) }),
  ),
  provideFrom<Omit<PhraseWarmerParts, 'rateHz'>>(
    PhraseWarmer,
    { ...CLOCK_AND_LOG, agents: AgentStore, catalog: ProviderCatalog, phrases: PhraseCache },
    (parts) => new PhraseWarmer({ ...parts, rateHz: ringover.line.rateHz }),
  ),
  provideFrom<Omit<CarriedCallsParts, 'capacity' | 'drainMs'>>(
    CarriedCalls,
    {
      ...CLOCK_AND_LOG,
      ...{ nodeId: NODE_ID, runner: CallRunner, books: CallBooks, commands: Commands, nodes: Nodes },
      ...{ warmer: PhraseWarmer, legs: SecondLegs },
    },
    (parts) => new CarriedCalls({ ...parts, capacity: calls.linesPerNode ?? CAPACITY, drainMs: calls.drainMs }),
  ),
  RETURNED,
  { provide: CallCarrier, useExisting: CarriedCalls },
];

/** Each agent books into a calendar of its own: they work for different houses. */
function functionsOf(
  { timezone, transferDestinations }: CarryingConfig['functions'],
  { calendar, ledger, clock, log }: Pick<FunctionParts, 'calendar' | 'ledger'> & ClockAndLog,
): CallRunnerParts['functionsFor'] {
  const report: FunctionParts['report'] = (error, { callId, name }) =>
    log.error({ error, callId, function: name }, 'a function broke');
  return ({ agent, functions }: CallSettings) => {
    const officeHours = { ...USUAL_OFFICE_HOURS, timezone, calendar: agent.id };
    return functionRunnerOf({ calendar, ledger, clock, officeHours, transferDestinations, report }, functions);
  };
}

function warnOfRetirements(catalog: ProviderCatalog, clock: Clock, log: Logger): void {
  for (const { name: model, stage } of catalog.list()) {
    const { endsOn, replacement } = retirementOf(model, clock.date()) ?? {};
    if (endsOn) log.warn({ stage, model, endsOn, replacement }, 'a configured model ends');
  }
}
