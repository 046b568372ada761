import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadResampler } from '@app/audio';
import { systemClock } from '@app/kernel';
import type { Centre } from '../../apps/lab/src/call/centre.js';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import { createApiKey, seed } from '../../prisma/seed.js';
import { freePort } from '../../tools/processes/free-port.js';
import { type Gate, gateTo } from '../gate.js';
import { freshDatabase, freshRedis } from '../stores.js';
import { Program } from './program.js';

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
  #worker: Program | undefined;
  readonly #nodes: Node[] = [];

  private constructor(
    private readonly parts: {
      databaseUrl: string;
      postgres: Gate;
      redis: Gate;
      lab: Program;
      labUrl: string;
      apiKey: string;
      numbers: Centre['numbers'];
      told: Readonly<Record<string, string>>;
      discard: () => Promise<void>;
    },
  ) {}

  /** With a worker, and no node yet. @param told to every program of it, besides what it needs */
  static async open(told: Readonly<Record<string, string>> = {}): Promise<FaultCentre> {
    await loadResampler();
    const [database, store] = [await freshDatabase(), await freshRedis()];
    const [postgres, redis] = [await gateTo(database.url), await gateTo(store.url)];
    const { numbers } = await seed({ databaseUrl: database.url, models: MODELS });
    const apiKey = await createApiKey({ databaseUrl: database.url, name: 'faults' });
    const home = mkdtempSync(join(tmpdir(), 'faults-'));
    const lab = new Program('lab', { CARILLON_HOME: home, LAB_ENGINES: 'off' }, ['serve', '--latencies', 'none']);
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

  /** Of the database itself, not by way of the gate. */
  get databaseUrl(): string {
    return this.parts.databaseUrl;
  }

  get worker(): Program {
    if (!this.#worker) throw new Error('no worker was started');
    return this.#worker;
  }

  startWorker(): Program {
    this.#worker = new Program('worker', { ...this.#stores(), LOG_LEVEL: 'info', JOB_LOCK_MS: '5000' });
    return this.#worker;
  }

  /** Resolves when it takes calls. */
  async startNode(env: Readonly<Record<string, string>> = {}): Promise<Node> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = new Program('api', { ...this.#apiEnv(), PORT: String(port), ...env });
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
    for (const program of [...this.#nodes.map((node) => node.program), this.#worker, lab]) await program?.kill();
    await discard();
  }

  #stores(): Record<string, string> {
    return { DATABASE_URL: this.parts.postgres.url, REDIS_URL: this.parts.redis.url, ...this.parts.told };
  }

  #apiEnv(): Record<string, string> {
    const socketUrl = this.parts.labUrl.replace(/^http/, 'ws');
    return {
      ...this.#stores(),
      ...{ LOG_LEVEL: 'warn', LINES_PER_AGENT: '60' },
      ...{ RINGOVER_WEBHOOK_TOKEN: SECRETS.webhookToken, RINGOVER_CALL_EVENT_KEY: SECRETS.callEventKey },
      ...{ DEEPGRAM_API_KEY: 'lab', DEEPGRAM_URL: `${socketUrl}/deepgram` },
      ...{ OPENAI_API_KEY: 'lab', OPENAI_BASE_URL: `${this.parts.labUrl}/openai/v1` },
      ...{ ELEVENLABS_API_KEY: 'lab', ELEVENLABS_URL: `${socketUrl}/elevenlabs` },
    };
  }
}
