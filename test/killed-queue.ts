import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre } from './outbound-centre.js';
import { until } from './until.js';

const WORKER = fileURLToPath(new URL('../dist/apps/worker/src/main.js', import.meta.url));
const LINES = 20;
/** Later than a process that asked the carrier would have said how it went, and than its outcome is looked up. */
const DOUBTFUL_MS = 21_000;
const UNCERTAIN_MS = 120_000;

export interface DialledQueue {
  /** Whom the carrier was asked to call, each time, unless it had no time for it. */
  dialled: readonly number[];
  /** How many orders there are of each outcome, by their last try. */
  outcomes: Readonly<Record<string, number>>;
  /** Entries that the carrier was told of when each process was killed. */
  killedAt: readonly number[];
}

/**
 * A queue of calls to busy lines, dialled by a worker process that is killed in the middle, and another after it, as
 * often as said.
 */
export async function dialThroughKills({
  entries,
  kills,
  withinMs,
}: {
  entries: number;
  kills: number;
  withinMs: number;
}): Promise<DialledQueue> {
  const centre = await openOutboundCentre({ dials: false });
  let worker: ChildProcess | undefined;
  try {
    await centre.postgres.prisma.agent.update({ where: { id: centre.postgres.agentId }, data: { lines: LINES } });
    for (let n = 0; n < entries; n += 1) centre.served.script.queue({ type: 'busy', afterMs: 200 });
    for (let n = 0; n < entries; n += 1) await order(centre, `+336${String(10_000_000 + n)}`);
    const killedAt: number[] = [];
    for (let n = 1; n <= kills; n += 1) {
      worker = startWorker(centre);
      await until(() => dialledIn(centre).length >= (entries * n) / (kills + 2), withinMs);
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      killedAt.push(dialledIn(centre).length);
    }
    worker = startWorker(centre);
    await until(async () => (await statesIn(centre))['queued'] === undefined, withinMs);
    await until(async () => Object.keys(await statesIn(centre)).every((state) => !STILL_RINGS.has(state)), withinMs);
    await centre.pursue(DOUBTFUL_MS);
    await centre.pursue(UNCERTAIN_MS);
    return { dialled: dialledIn(centre), outcomes: await outcomesIn(centre), killedAt };
  } finally {
    if (worker?.kill('SIGKILL')) await once(worker, 'exit');
    await centre.close();
  }
}

const TOLD_TO_SLOW_DOWN = 429;
/** What a killed process left is looked up much later. */
const STILL_RINGS: ReadonlySet<string> = new Set(['queued', 'dialling']);

function startWorker({ env }: OutboundCentre): ChildProcess {
  const its = { ...env, JOB_LOCK_MS: '1000' };
  return spawn(process.execPath, [WORKER], { env: its, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function order({ url, key }: OutboundCentre, to: string): Promise<void> {
  const { status } = await fetch(`${url}/api/v1/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ agent: 'clara', to, from: IVR_NUMBER, variables: { name: 'Zoë' } }),
  });
  if (status !== 202) throw new Error(`a call was not taken: ${status}`);
}

const dialledIn = ({ served }: OutboundCentre): number[] =>
  served.ringover.seen
    .filter(({ path, status }) => path.endsWith('/callback') && status !== TOLD_TO_SLOW_DOWN)
    .map(({ body }) => (body as { to_number: number }).to_number);

async function statesIn({ postgres }: OutboundCentre): Promise<Record<string, number>> {
  const rows = await postgres.prisma.outboundAttempt.groupBy({ by: ['state'], _count: true });
  return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
}

async function outcomesIn({ postgres }: OutboundCentre): Promise<Record<string, number>> {
  const orderBy = [{ orderId: 'asc' as const }, { tryNumber: 'desc' as const }];
  const rows = await postgres.prisma.outboundAttempt.findMany({ orderBy, distinct: ['orderId'] });
  const byOutcome = Map.groupBy(rows, ({ outcome, failure }) => (failure ? `${outcome}: ${failure}` : String(outcome)));
  return Object.fromEntries([...byOutcome].map(([outcome, those]) => [outcome, those.length]));
}
