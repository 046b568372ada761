import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadResampler } from '@app/audio';
import { systemClock } from '@app/kernel';
import type { Centre } from '../../apps/lab/src/call/centre.js';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import { createApiKey, seed } from '../../prisma/seed.js';
import { freePort } from '../../tools/processes/free-port.js';
import pg from 'pg';
import { type Gate, gateTo } from '../gate.js';
import { freshDatabase, freshRedis } from '../stores.js';
import { Program, type ProgramMeans } from './program.js';

const MODELS = { recogniser: 'deepgram/nova-3', model: 'openai/gpt-6-luna', voice: 'elevenlabs/eleven_flash_v2_5' };
const SECRETS = { webhookToken: 'a-token-of-24-letters-123', callEventKey: 'a-key-of-a-test' };

export type Double = 'recogniser' | 'model' | 'voice';

/** What a double does instead of its work, in one call. */
export interface PlantedFault {
  double: Double;
  kind: 'hang' | 'trickle' | 'half-close' | 'status' | 'malformed' | 'empty';
  status?: number;
  times?: number;
  callId: string;
}

/** One carrier of calls, and how it is reached. */
export interface Node {
  program: Program;
  centre: Centre;
}

/**
 * A centre of its own for one suite: real api and worker as processes, the providers' doubles without engines, real
 * stores behind gates that can be shut, and any number of api nodes.
 */
export class FaultCentre {
  /** Those that were killed too. */
  readonly workers: Program[] = [];
  readonly #nodes: Node[] = [];

  private constructor(
    private readonly parts: {
      databaseUrl: string;
      postgres: Gate;
      redis: Gate;
      lab: Program;
      labUrl: string;
      recordings: string;
      apiKey: string;
      numbers: Centre['numbers'];
      told: Readonly<Record<string, string>>;
      discard: () => Promise<void>;
    },
  ) {}

  /**
   * With a worker, and no node yet.
   *
   * @param told to every program of it, besides what it needs
   * @param options.keepsSound the doubles keep what their voice made
   * @param options.engines a home of the lab's: the doubles hear and speak by its engines, as late as vendors do
   */
  static async open(
    told: Readonly<Record<string, string>> = {},
    { keepsSound = false, engines }: { keepsSound?: boolean; engines?: string } = {},
  ): Promise<FaultCentre> {
    await loadResampler();
    const [database, store] = [await freshDatabase(), await freshRedis()];
    const [postgres, redis] = [await gateTo(database.url), await gateTo(store.url)];
    const { numbers } = await seed({ databaseUrl: database.url, models: MODELS });
    const apiKey = await createApiKey({ databaseUrl: database.url, name: 'faults' });
    const home = mkdtempSync(join(tmpdir(), 'faults-'));
    const lab = new Program(
      'lab',
      engines === undefined
        ? { CARILLON_HOME: home, LAB_ENGINES: 'off', ...(keepsSound && { LAB_SOUND: 'kept' }) }
        : { CARILLON_HOME: engines },
      { args: ['serve', '--latencies', engines === undefined ? 'none' : 'usual'] },
    );
    const labUrl = await lab.until(() => /^\{"ready":true,"url":"([^"]+)"/m.exec(lab.printed)?.[1]);
    const discard = async () => {
      await postgres.shut();
      await redis.shut();
      await database.drop();
      rmSync(home, { recursive: true, force: true });
    };
    const centre = new FaultCentre({
      databaseUrl: database.url,
      postgres,
      redis,
      lab,
      labUrl,
      recordings: join(home, 'recordings'),
      apiKey,
      numbers,
      told,
      discard,
    });
    centre.startWorker();
    return centre;
  }

  get postgres(): Gate {
    return this.parts.postgres;
  }

  get redis(): Gate {
    return this.parts.redis;
  }

  /** Where the doubles are. */
  get labUrl(): string {
    return this.parts.labUrl;
  }

  /** The folder of all nodes and workers. */
  get recordings(): string {
    return this.parts.recordings;
  }

  /** Of the database itself, not by way of the gate. */
  get databaseUrl(): string {
    return this.parts.databaseUrl;
  }

  /** Asks the database itself, not by way of the gate. */
  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** A session with the database, for who holds something in it. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.parts.databaseUrl });
    await client.connect();
    return client;
  }

  /** From the next start of a node on. */
  async keepRecordingsOf(agent: string): Promise<void> {
    await this.query(
      `UPDATE agent_versions SET settings = jsonb_set(settings, '{recording,enabled}', 'true')
       WHERE agent_id = (SELECT id FROM agents WHERE slug = $1)`,
      [agent],
    );
  }

  /** The newest. */
  get worker(): Program {
    const worker = this.workers.at(-1);
    if (!worker) throw new Error('no worker was started');
    return worker;
  }

  /** Another one may run. All of them count in `workers`. */
  startWorker(): Program {
    const env = { ...this.#stores(), ...this.#model(), LOG_LEVEL: 'info' };
    const worker = new Program('worker', env);
    this.workers.push(worker);
    return worker;
  }

  /** Resolves when it takes calls. */
  async startNode(
    env: Readonly<Record<string, string>> = {},
    means: Pick<ProgramMeans, 'mostFileBytes'> = {},
  ): Promise<Node> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = new Program('api', { ...this.#apiEnv(), PORT: String(port), ...env }, means);
    await program.until(async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok || undefined);
    const { apiKey, numbers, labUrl } = this.parts;
    const ringover = { ...SECRETS, streamRateHz: 8_000 as const };
    const node = { program, centre: { apiUrl: url, apiKey, ringover, numbers, lab: { url: labUrl }, pid: 0 } };
    this.#nodes.push(node);
    return node;
  }

  clientOf = ({ centre }: Node): CentreClient => new CentreClient(centre, systemClock);

  async plant(fault: PlantedFault): Promise<void> {
    const body = JSON.stringify(fault);
    const { ok } = await fetch(`${this.parts.labUrl}/lab/faults`, { method: 'POST', body });
    if (!ok) throw new Error(`the doubles did not take ${body}`);
  }

  /** From now on, for so long, whatever is asked of doubles whose addresses begin so. */
  async outage(path: string, kind: 'refuse' | 'hang', forMs: number): Promise<void> {
    const body = JSON.stringify({ path, kind, forMs });
    const { ok } = await fetch(`${this.parts.labUrl}/lab/outages`, { method: 'POST', body });
    if (!ok) throw new Error(`the doubles did not take ${body}`);
  }

  /** Lines in use of all agents together, or of one, as the node counts them; null when it cannot. */
  async linesInUse({ centre }: Node, agent?: string): Promise<number | null> {
    const headers = { authorization: `Bearer ${centre.apiKey}` };
    const answer = await fetch(`${centre.apiUrl}/api/v1/agents`, { headers });
    if (!answer.ok) return null;
    const { agents } = (await answer.json()) as { agents: { slug: string; linesInUse: number | null }[] };
    const counted = agents.filter(({ slug }) => agent === undefined || slug === agent).map((each) => each.linesInUse);
    return counted.reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0);
  }

  async close(): Promise<void> {
    const { lab, discard } = this.parts;
    for (const program of [...this.#nodes.map((node) => node.program), ...this.workers, lab]) await program.kill();
    await discard();
  }

  #stores(): Record<string, string> {
    const { postgres, redis, recordings, told } = this.parts;
    return { DATABASE_URL: postgres.url, REDIS_URL: redis.url, RECORDINGS_DIR: recordings, ...told };
  }

  #model(): Record<string, string> {
    return { OPENAI_API_KEY: 'lab', OPENAI_BASE_URL: `${this.parts.labUrl}/openai/v1` };
  }

  #apiEnv(): Record<string, string> {
    const socketUrl = this.parts.labUrl.replace(/^http/, 'ws');
    return {
      ...this.#stores(),
      ...{ LOG_LEVEL: 'warn', LINES_PER_AGENT: '60' },
      ...{ RINGOVER_WEBHOOK_TOKEN: SECRETS.webhookToken, RINGOVER_CALL_EVENT_KEY: SECRETS.callEventKey },
      ...{ DEEPGRAM_API_KEY: 'lab', DEEPGRAM_URL: `${socketUrl}/deepgram` },
      ...this.#model(),
      ...{ ANTHROPIC_API_KEY: 'lab', ANTHROPIC_BASE_URL: `${this.parts.labUrl}/anthropic` },
      ...{ ELEVENLABS_API_KEY: 'lab', ELEVENLABS_URL: `${socketUrl}/elevenlabs` },
    };
  }
}
