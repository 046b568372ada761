import { type Logger, onceThere, type Patience } from '@app/boot';
import { JobQueue } from '@app/jobs';
import type { Clock, NodeId } from '@app/kernel';
import {
  Commands,
  Feed,
  Lines,
  LiveCalls,
  LiveRedis,
  Nodes,
  openRedis,
  RateLimits,
  RedisCallLogs,
  type RedisConfig,
  RingingCalls,
  RoutedCalls,
  NotedCalls,
  RungPersons,
  Tickets,
  WebhookInbox,
  Wire,
} from '@app/live-state';
import {
  AgentDraftStore,
  AgentStore,
  ApiKeyStore,
  AttemptStore,
  AuditStore,
  CallStore,
  closePostgres,
  ContactBook,
  ContactStore,
  CostStore,
  NumberBook,
  NumberStore,
  openPostgres,
  OrderQueue,
  PersonStore,
  type PostgresConfig,
  PrismaCalendar,
  type PrismaClient,
  PrismaFunctionLedger,
  ReportStore,
  RoutingRuleStore,
  SessionStore,
  WebhookStore,
} from '@app/persistence';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { CLOCK, LOGGER, NODE_ID } from './process-parts.js';

const POSTGRES = Symbol('postgres');

/** Closes last what was opened first, after all that uses it. */
@Injectable()
export class OpenStores implements OnApplicationShutdown {
  constructor(
    @Inject(POSTGRES) private readonly postgres: PrismaClient,
    private readonly redis: LiveRedis,
    private readonly commands: Commands,
    private readonly feed: Feed,
    private readonly wire: Wire,
    private readonly jobs: JobQueue,
  ) {}

  /** What `/ready` asks. */
  readonly checks = [
    { name: 'postgres', ask: () => this.postgres.$queryRaw`SELECT 1` },
    { name: 'redis', ask: () => this.redis.ask((redis) => redis.ping()) },
  ];

  /** Closes all of them, also after one that failed. @throws AggregateError of what failed */
  async onApplicationShutdown(): Promise<void> {
    const { commands, feed, wire, jobs, redis, postgres } = this;
    const errors: unknown[] = [];
    for (const store of [commands, feed, wire, jobs, redis, { close: () => closePostgres(postgres) }]) {
      try {
        await store.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'stores did not close');
  }
}

export interface StoresConfig {
  postgres: PostgresConfig;
  redis: RedisConfig;
  /** How long to wait for both. */
  stores: Pick<Patience, 'withinMs'>;
}

/** Opens Postgres and Redis, and provides each store by its class. @throws StoreError when one of them is not there */
@Module({})
export class StoresModule {
  static with(config: StoresConfig): DynamicModule {
    const stores = [...inPostgres, ...inRedis, jobs(config)];
    return {
      module: StoresModule,
      global: true,
      providers: [...opened(config), ...stores, OpenStores],
      exports: [...stores.map(({ provide }) => provide), LiveRedis, OpenStores],
    };
  }
}

const opened = ({ postgres, redis, stores }: StoresConfig): Provider[] => [
  {
    provide: POSTGRES,
    inject: [CLOCK, LOGGER],
    useFactory: (clock: Clock, log: Logger) => onceThere(() => openPostgres(postgres), { clock, log, ...stores }),
  },
  {
    provide: LiveRedis,
    inject: [CLOCK, LOGGER],
    useFactory: (clock: Clock, log: Logger) => onceThere(() => openRedis(redis, clock), { clock, log, ...stores }),
  },
];

/** Of a store that asks the time. */
function inPostgresAt<Store>(store: new (prisma: PrismaClient, clock: Clock) => Store) {
  return {
    provide: store,
    inject: [POSTGRES, CLOCK],
    useFactory: (prisma: PrismaClient, clock: Clock) => new store(prisma, clock),
  };
}

const inPostgres = [
  { provide: AgentStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new AgentStore(prisma) },
  { provide: AttemptStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new AttemptStore(prisma) },
  { provide: CallStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new CallStore(prisma) },
  { provide: CostStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new CostStore(prisma) },
  { provide: ContactStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new ContactStore(prisma) },
  { provide: NumberStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new NumberStore(prisma) },
  { provide: OrderQueue, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new OrderQueue(prisma) },
  { provide: ReportStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new ReportStore(prisma) },
  { provide: WebhookStore, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new WebhookStore(prisma) },
  { provide: PrismaCalendar, inject: [POSTGRES], useFactory: (prisma: PrismaClient) => new PrismaCalendar(prisma) },
  inPostgresAt(PrismaFunctionLedger),
  inPostgresAt(AgentDraftStore),
  inPostgresAt(ApiKeyStore),
  inPostgresAt(AuditStore),
  inPostgresAt(ContactBook),
  inPostgresAt(NumberBook),
  inPostgresAt(PersonStore),
  inPostgresAt(RoutingRuleStore),
  inPostgresAt(SessionStore),
];

const withClock = [LiveRedis, CLOCK];
const inRedis = [
  { provide: Feed, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new Feed(redis) },
  { provide: Lines, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new Lines(redis) },
  { provide: RateLimits, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new RateLimits(redis) },
  { provide: RoutedCalls, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new RoutedCalls(redis) },
  { provide: RungPersons, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new RungPersons(redis) },
  { provide: Tickets, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new Tickets(redis) },
  { provide: Wire, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new Wire(redis) },
  { provide: NotedCalls, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new NotedCalls(redis) },
  { provide: WebhookInbox, inject: [LiveRedis], useFactory: (redis: LiveRedis) => new WebhookInbox(redis) },
  { provide: Commands, inject: withClock, useFactory: (redis: LiveRedis, clock: Clock) => new Commands(redis, clock) },
  { provide: Nodes, inject: withClock, useFactory: (redis: LiveRedis, clock: Clock) => new Nodes(redis, clock) },
  {
    provide: RingingCalls,
    inject: withClock,
    useFactory: (redis: LiveRedis, clock: Clock) => new RingingCalls(redis, clock),
  },
  {
    provide: RedisCallLogs,
    inject: withClock,
    useFactory: (redis: LiveRedis, clock: Clock) => new RedisCallLogs(redis, clock),
  },
  {
    provide: LiveCalls,
    inject: [LiveRedis, NODE_ID],
    useFactory: (redis: LiveRedis, nodeId: NodeId) => new LiveCalls(redis, nodeId),
  },
];

const jobs = ({ redis }: StoresConfig) => ({ provide: JobQueue, useFactory: () => new JobQueue({ url: redis.url }) });
