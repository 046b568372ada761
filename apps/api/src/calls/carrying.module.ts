import { loadResampler, PlayoutClock } from '@app/audio';
import { type Logger, Metrics } from '@app/boot';
import { PhraseCache } from '@app/conversation';
import type { CallSettings } from '@app/conversation/ports';
import { functionRunnerOf, USUAL_OFFICE_HOURS } from '@app/functions';
import { JobQueue } from '@app/jobs';
import type { Clock, NodeId } from '@app/kernel';
import { Commands, Feed, Lines, LiveCalls, Nodes, RedisCallLogs } from '@app/live-state';
import { AgentStore, CallStore, ContactStore, PrismaCalendar, PrismaFunctionLedger } from '@app/persistence';
import { catalogOf, ProviderCatalog, SileroVoiceDetector } from '@app/providers';
import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { ApiConfig } from '../api.env.js';
import { CLOCK, LOGGER, NODE_ID } from '../process-parts.js';
import { CallCarrier } from './arrived-call.js';
import { CallBooks } from './call-books.js';
import { CallRunner } from './call-runner.js';
import { CarriedCalls } from './carried-calls.js';
import { PhraseWarmer } from './phrase-warmer.js';

export type CarryingConfig = Pick<ApiConfig, 'calls' | 'functions' | 'providers' | 'ringover'>;

/** Calls that one process takes at most; its lines are counted per agent, this is the node's own bound. */
const CAPACITY = 1_000;

/** The one voice detector of the process, and its thread. */
@Injectable()
class OwnDetector implements OnApplicationShutdown {
  constructor(@Inject(SileroVoiceDetector) readonly detector: SileroVoiceDetector) {}
  onApplicationShutdown = (): Promise<void> => this.detector.close();
}

/** All that carries calls in this process. Stores, clock, log, metrics and the playout clock are global. */
@Module({})
export class CarryingModule {
  static with(config: CarryingConfig): DynamicModule {
    return {
      module: CarryingModule,
      providers: [PhraseCache, OwnDetector, ...means(config), ...books(config), ...carriers(config)],
      exports: [CallCarrier, CallRunner, ProviderCatalog],
    };
  }
}

/** What a conversation hears, thinks and speaks with. */
const means = ({ providers }: CarryingConfig): Provider[] => [
  {
    provide: ProviderCatalog,
    inject: [CLOCK],
    useFactory: (clock: Clock) => catalogOf(providers, clock),
  },
  {
    provide: SileroVoiceDetector,
    inject: [CLOCK, LOGGER],
    useFactory: async (clock: Clock, log: Logger) => {
      await loadResampler();
      return SileroVoiceDetector.start({
        clock,
        onFallback: ({ reason, cause }) => log.warn({ reason, error: cause }, 'voice detector fell back'),
        onRestart: (error) => log.warn({ error }, 'voice detector was started again'),
      });
    },
  },
];

const books = ({ calls: { linesPerAgent } }: CarryingConfig): Provider[] => [
  {
    provide: CallBooks,
    inject: [CLOCK, LOGGER, NODE_ID, AgentStore, CallStore, ContactStore, LiveCalls, Lines, RedisCallLogs, Feed, JobQueue],
    useFactory: (
      ...[clock, log, nodeId, agents, calls, contacts, live, lines, logs, feed, jobs]: [
        Clock,
        Logger,
        NodeId,
        AgentStore,
        CallStore,
        ContactStore,
        LiveCalls,
        Lines,
        RedisCallLogs,
        Feed,
        JobQueue,
      ]
    ) => new CallBooks({ clock, log, nodeId, linesPerAgent, agents, calls, contacts, live, lines, logs, feed, jobs }),
  },
];

const carriers = ({ calls, functions, ringover }: CarryingConfig): Provider[] => [
  {
    provide: CallRunner,
    inject: [CLOCK, LOGGER, Metrics, CallBooks, ProviderCatalog, SileroVoiceDetector, PlayoutClock, PhraseCache, PrismaCalendar, PrismaFunctionLedger], // prettier-ignore
    useFactory: (
      ...[clock, log, metrics, books, catalog, detector, playout, phrases, calendar, ledger]: [
        Clock,
        Logger,
        Metrics,
        CallBooks,
        ProviderCatalog,
        SileroVoiceDetector,
        PlayoutClock,
        PhraseCache,
        PrismaCalendar,
        PrismaFunctionLedger,
      ]
    ) => {
      const parts = {
        calendar,
        ledger,
        clock,
        officeHours: { ...USUAL_OFFICE_HOURS, timezone: functions.timezone },
        transferDestinations: functions.transferDestinations,
        report: (error: unknown, about: { callId: string; name: string }) =>
          log.error({ error, callId: about.callId, function: about.name }, 'a function broke'),
      };
      const functionsFor = (settings: CallSettings) => functionRunnerOf(parts, settings.functions);
      return new CallRunner({ clock, log, metrics, books, catalog, detector, playout, phrases, functionsFor });
    },
  },
  { provide: CallCarrier, useExisting: CallRunner },
  {
    provide: PhraseWarmer,
    inject: [CLOCK, LOGGER, AgentStore, ProviderCatalog, PhraseCache],
    useFactory: (clock: Clock, log: Logger, agents: AgentStore, catalog: ProviderCatalog, phrases: PhraseCache) =>
      new PhraseWarmer({ clock, log, agents, catalog, phrases, rateHz: ringover.line.rateHz }),
  },
  {
    provide: CarriedCalls,
    inject: [CLOCK, LOGGER, NODE_ID, CallRunner, CallBooks, Commands, Nodes, PhraseWarmer],
    useFactory: (
      ...[clock, log, nodeId, runner, books, commands, nodes, warmer]: [
        Clock,
        Logger,
        NodeId,
        CallRunner,
        CallBooks,
        Commands,
        Nodes,
        PhraseWarmer,
      ]
    ) =>
      new CarriedCalls({
        clock,
        log,
        nodeId,
        runner,
        books,
        commands,
        nodes,
        warmer,
        capacity: CAPACITY,
        drainMs: calls.drainMs,
      }),
  },
];
