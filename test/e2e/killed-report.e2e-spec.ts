import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { JobQueue } from '@app/jobs';
import { CallStore, ReportStore } from '@app/persistence';
import {
  begunCall,
  exampleSettings,
  finishedCall,
  type PostgresForSpecs,
  postgresForSpecs,
} from '@app/persistence/testing';
import { freshDatabase, freshRedis } from '../stores.js';
import { until } from '../until.js';

const WORKER = fileURLToPath(new URL('../../dist/apps/worker/src/main.js', import.meta.url));
const REPORT = {
  summary: 'The caller asked where the order is.',
  outcome: 'unresolved',
  sentiment: 'neutral',
  followUps: [],
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let redisUrl: string;
let queue: JobQueue;
let far: Server;
/** Requests that the model has, in the order in which they came. */
const asked: ServerResponse[] = [];
const workers: ChildProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  const settings = exampleSettings();
  postgres = await postgresForSpecs(database.url, {
    ...settings,
    providers: { ...settings.providers, model: 'openai/any' }, // the one that these workers know
  });
  redisUrl = (await freshRedis()).url;
  queue = new JobQueue({ url: redisUrl });
  far = createServer((request, response) => {
    request.resume();
    asked.push(response);
  });
  far.listen(0, '127.0.0.1');
  await once(far, 'listening');
});
afterAll(async () => {
  for (const worker of workers) if (worker.kill('SIGKILL')) await once(worker, 'exit');
  far.closeAllConnections();
  far.close();
  await queue.close();
  await postgres.close();
  await database.drop();
});

function startWorker(): ChildProcess {
  const model = `http://127.0.0.1:${(far.address() as AddressInfo).port}/v1`;
  const stores = { DATABASE_URL: database.url, REDIS_URL: redisUrl };
  const env = { ...stores, LOG_LEVEL: 'warn', JOB_LOCK_MS: '1000', OPENAI_BASE_URL: model };
  const worker = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  workers.push(worker);
  return worker;
}

async function storedCall(): Promise<string> {
  const call = begunCall(postgres.agentId);
  const calls = new CallStore(postgres.prisma);
  await calls.begin(call);
  await calls.finish(call.id, finishedCall());
  return call.id;
}

function answer(response: ServerResponse | undefined): void {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  response?.writeHead(200, { 'content-type': 'text/event-stream' });
  response?.end(`${chunk({ content: JSON.stringify(REPORT) }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
}

it('a report whose worker is killed while the model writes it is stored once, by the next worker', async () => {
  const callId = await storedCall();
  const killed = startWorker();
  await queue.add('report-call', callId, { callId });
  await until(() => asked.length === 1);
  killed.kill('SIGKILL');
  await once(killed, 'exit');

  const reports = new ReportStore(postgres.prisma);
  expect(await reports.get(callId)).toBeUndefined();
  startWorker();
  await until(() => asked.length === 2);
  answer(asked[1]);
  await until(async () => (await reports.get(callId)) !== undefined);

  expect(await reports.get(callId)).toMatchObject({ state: 'ready', madeBy: 'openai/any', ...REPORT });
  expect(await postgres.prisma.callReport.count()).toBe(1);
});
