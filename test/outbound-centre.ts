import type { AddressInfo } from 'node:net';
import { durationMs, FRAME_MS, loadResampler, samplesIn } from '@app/audio';
import { createLogger, createMetrics, frameworkLogger, readEnv } from '@app/boot';
import { JobQueue, JobWorkers } from '@app/jobs';
import { type Clock, systemClock } from '@app/kernel';
import { Feed, Lines, openRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { ApiKeyStore, AttemptStore } from '@app/persistence';
import { exampleSettings, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { RINGOVER_REQUEST_INTERVAL_MS, RINGOVER_REST_DEFAULTS, RingoverOutbound, RingoverRest } from '@app/telephony';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { apiEnv } from '../apps/api/src/api.env.js';
import { ApiModule } from '../apps/api/src/api.module.js';
import { HTTP_OPTIONS, layHttpSurface } from '../apps/api/src/http/http-surface.js';
import { UpgradeAdapter } from '../apps/api/src/media/upgrade-adapter.js';
import type { Evidence } from '../apps/lab/src/doubles/evidence.js';
import { servedDoubles } from '../apps/lab/src/doubles/testing/served-doubles.js';
import { FliteEngine } from '../apps/lab/src/engines/flite.engine.js';
import { FramePump } from '../apps/lab/src/ringover/frame-pump.js';
import type { Dial } from '../apps/lab/src/ringover/rest/dial.js';
import type { DialEvent, DialHooks } from '../apps/lab/src/ringover/rest/dial-script.js';
import { LAB_KEYS } from '../apps/lab/src/ringover/rest/virtual-ringover.js';
import { StreamerSocket } from '../apps/lab/src/ringover/streamer-socket.js';
import { metadataJson } from '../apps/lab/src/ringover/streamer-wire.js';
import { signWebhook } from '../apps/lab/src/ringover/webhook-signature.js';
import { Outbound } from '../apps/worker/src/outbound/outbound.js';
import { OutboundPursuit } from '../apps/worker/src/outbound/outbound-pursuit.js';
import { workerEnv } from '../apps/worker/src/worker.env.js';
import { freshDatabase, freshRedis } from './stores.js';
import type { Phone } from './phone.js';
import { hurryingClock, servedRingover } from './virtual-ringover.js';

export const IVR_NUMBER = '+33184990022';
export const USER_NUMBER = '+33184990011';
const WEBHOOKS = { token: 'the-token-in-the-address', key: 'the-key-of-call-event' };
const MEDIA_TOKEN = 'the-media-token-of-the-ivr';
const RATE_HZ = 8_000;
/** Quiet after the agent's voice, after which a person answers. */
const ANSWERS_AFTER_MS = 900;

/** What the person says who is called, one line after each of the agent's; then they hang up. */
export interface Callee {
  says: readonly string[];
  /** Before the line is open, the stream says nothing of itself. */
  isAnonymous?: boolean;
  /** A machine: says all of it at once, sounds its tone, and keeps what it hears then. */
  machine?: { keeps: Voicemail };
}

/** What an answering machine heard, on the clock of this process. */
export interface Voicemail {
  toneEndMs: number;
  /** When sound of the agent's was given to its listener, piece by piece. */
  heard: { atMs: number; ms: number }[];
  /** When the agent's side asked to be silent at once. */
  brokenMs: number[];
}

export interface OutboundCentre {
  url: string;
  key: string;
  postgres: PostgresForSpecs;
  attempts: AttemptStore;
  lines: Lines;
  served: Awaited<ReturnType<typeof servedRingover>>;
  /** What the carrier tells over webhooks; empty: all of it. */
  unheard: Set<DialEvent>;
  callee: Callee;
  /** Whose telephones ring: the first takes the next call that is streamed, in place of `callee`. */
  phones: Phone[];
  /** What the doubles were asked. */
  evidence: Evidence;
  /** Tells the recogniser, which cannot hear, what will be said in a call. */
  willSay(callId: string, ...texts: string[]): void;
  /** The environment of the api and of the worker, for another process like them. */
  env: NodeJS.ProcessEnv;
  /** Slows down all that is asked of the carrier. */
  holdGate(forMs: number): Promise<void>;
  /** As the worker does it; `aheadMs`: that much later than now. */
  pursue(aheadMs?: number): Promise<void>;
  /** As the worker does it: asks for jobs for what is due. */
  lookForDue(): Promise<void>;
  /** Another worker that dials, in this process; what it is doing when it is closed goes on. */
  openDialler(): Dialler;
  close(): Promise<void>;
}

export interface Dialler {
  outbound: Outbound;
  close(): Promise<void>;
}

export interface OutboundCentreOptions {
  /** Whether what is ordered is dialled here; else by a process of the test's own. */
  dials?: boolean;
  /** Between two requests, in a hurry: the carrier takes as many as come. */
  intervalMs?: number;
  /** What differs from the agent of other specs. */
  settings?: Partial<ReturnType<typeof exampleSettings>>;
  /** Told to the api besides what it needs. */
  env?: NodeJS.ProcessEnv;
}

/** Api, stores, doubles of the providers, a virtual Ringover, and the part of the worker that dials. */
export async function openOutboundCentre({
  dials = true,
  intervalMs,
  ...options
}: OutboundCentreOptions = {}): Promise<OutboundCentre> {
  await loadResampler();
  const database = await freshDatabase();
  const settings = exampleSettings();
  const providers = { recogniser: 'deepgram/nova-3', model: 'openai/any', voice: 'elevenlabs/any', voiceId: 'clara' };
  const greeting = 'Hello {{name}}, this is Clara, an AI.';
  const postgres = await postgresForSpecs(database.url, {
    ...{ ...settings, providers, greeting, functions: [] },
    ...options.settings,
  });
  const { agentId } = postgres;
  await postgres.prisma.phoneNumber.create({
    data: { carrier: 'ringover', e164: IVR_NUMBER, mediaToken: MEDIA_TOKEN, agentId },
  });
  const redisUrl = (await freshRedis()).url;
  const redis = await openRedis({ url: redisUrl }, systemClock);
  const engine = new FliteEngine();
  const doubles = await servedDoubles({ engine });
  let apiUrl = '';
  const unheard = new Set<DialEvent>();
  const centre: { callee: Callee; phones: Phone[] } = { callee: { says: [] }, phones: [] };
  const hooks: DialHooks = {
    tell: (event, dial, details) => void (unheard.has(event) || tellOf(apiUrl, event, dial, details)),
    stream: (dial, signal) =>
      centre.phones.shift()?.talk(mediaUrlOf(apiUrl), dial, signal) ??
      talk({ apiUrl, dial, signal, engine, callee: centre.callee }),
  };
  const served = await servedRingover(intervalMs === undefined ? systemClock : hurryingClock(), hooks);
  const env = {
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl, DRAIN_MS: '0', LOG_LEVEL: 'silent', PORT: '0' },
    ...{ DEEPGRAM_URL: `${doubles.ws}/deepgram`, ELEVENLABS_URL: `${doubles.ws}/elevenlabs` },
    ...{ OPENAI_BASE_URL: `${doubles.url}/openai/v1` },
    ...{ RINGOVER_WEBHOOK_TOKEN: WEBHOOKS.token, RINGOVER_CALL_EVENT_KEY: WEBHOOKS.key },
    ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: served.addresses.eu, RINGOVER_OUTBOUND: 'ivr-callback' },
    ...{ RINGOVER_IVR_ID: String(served.ringover.accountIn('eu').ivrs[0]?.ivr_id), RINGOVER_USER_NUMBER: USER_NUMBER },
    RINGOVER_RING_S: '20',
    ...options.env,
  };
  const metrics = createMetrics('api');
  const log = createLogger({ name: 'api', level: 'silent' });
  const app = await NestFactory.create<NestExpressApplication>(
    ApiModule.with(readEnv(apiEnv, env), { clock: systemClock, log, metrics }),
    { ...HTTP_OPTIONS, logger: frameworkLogger(log) },
  );
  layHttpSurface(app);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await app.listen(0, '127.0.0.1');
  apiUrl = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const gate = new RedisRequestGate(redis, systemClock, { intervalMs: intervalMs ?? RINGOVER_REQUEST_INTERVAL_MS });
  const [attempts, lines, feed] = [new AttemptStore(postgres.prisma), new Lines(redis), new Feed(redis)];
  const rest = new RingoverRest(
    { ...RINGOVER_REST_DEFAULTS, url: served.addresses.eu, apiKey: LAB_KEYS.eu },
    { gate, toggles: new RedisToggleStates(redis), clock: systemClock, fetch },
  );
  const pursue = async (aheadMs = 0): Promise<void> => {
    const clock: Clock = { ...systemClock, date: () => new Date(systemClock.date().getTime() + aheadMs) };
    const carrier = new RingoverOutbound(rest, { by: 'callback', userNumber: USER_NUMBER }, clock);
    await new OutboundPursuit({ attempts, carrier, lines, feed, clock, log }).look();
  };
  const jobs = new JobQueue({ url: redisUrl });
  const diallers: Dialler[] = [];
  const openDialler = (): Dialler => {
    const parts = { prisma: postgres.prisma, redis, queue: jobs, clock: systemClock, log };
    const config = readEnv(workerEnv, env);
    const outbound = Outbound.of(config, { ...parts, ...(intervalMs !== undefined && { intervalMs }) });
    if (!outbound) throw new Error('the environment places calls');
    const workers = new JobWorkers({
      ...{ url: redisUrl, clock: systemClock, onFailed: () => undefined, lockMs: 1_000 },
      takers: { ...NOTHING_AFTER_CALLS, 'dial-call': outbound.take },
      concurrency: { 'finish-call': 1, 'report-call': 1, 'dial-call': 4, 'store-webhook': 1 },
    });
    const dialler = { outbound, close: () => workers.close() };
    diallers.push(dialler);
    return dialler;
  };
  const looker = Outbound.of(readEnv(workerEnv, env), { prisma: postgres.prisma, redis, queue: jobs, clock: systemClock, log }); // prettier-ignore
  if (dials) openDialler();
  return Object.assign(centre, {
    ...{
      url: apiUrl,
      key: await app.get(ApiKeyStore).create('a spec', ['admin']),
      postgres,
      attempts,
      lines,
      served,
      env,
    },
    evidence: doubles.evidence,
    willSay: (callId: string, ...texts: string[]) =>
      doubles.evidence.takeScript(callId, { lines: texts.map((text) => ({ text })) }),
    ...{ unheard, pursue, openDialler, lookForDue: async () => looker?.look() },
    ...{ holdGate: (forMs: number) => gate.backOff(LAB_KEYS.eu, forMs) },
    close: async () => {
      await app.close();
      for (const dialler of diallers) await dialler.close();
      await jobs.close();
      metrics.close();
      feed.close();
      await served.close();
      await doubles.close();
      await redis.close();
      await postgres.close();
      await database.drop();
    },
  });
}

const mediaUrlOf = (apiUrl: string) => `${apiUrl.replace('http', 'ws')}/api/v1/media/ringover/${MEDIA_TOKEN}`;

const nothing = () => Promise.resolve();
const NOTHING_AFTER_CALLS = { 'finish-call': nothing, 'report-call': nothing, 'store-webhook': nothing };

/** A webhook of an outbound call, as Ringover signs it. */
async function tellOf(
  apiUrl: string,
  event: DialEvent,
  { facts }: Dial,
  { answeredBy }: { answeredBy?: string },
): Promise<void> {
  const url = `${apiUrl}/api/v1/webhooks/ringover/call-event/${WEBHOOKS.token}`;
  const at = systemClock.date().getTime() / 1_000;
  const data =
    `"call_id":${facts.callId},"channel_id":${facts.channelId},"direction":"outbound","from_number":"${facts.fromNumber}",` +
    `"to_number":"${facts.toNumber}","start_time":${facts.startedAt.getTime() / 1_000}` +
    (answeredBy ? `,"hangup_time":${at},"answering_machine_detection":"${answeredBy}"` : '') +
    (event === 'missed' ? `,"reason":"NOANSWER"` : '');
  const body = `{"event":"${event}","resource":"call","timestamp":${at},"attempt":1,"data":{${data}}}`;
  const signature = signWebhook(body, { url, key: WEBHOOKS.key });
  const headers = { 'content-type': 'application/json', 'X-Ringover-Webhook-Signature': signature };
  await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
}

/** The person who was called, at the media server: listens, answers, hangs up. */
async function talk({
  apiUrl,
  dial,
  signal,
  engine,
  callee,
}: {
  apiUrl: string;
  dial: Dial;
  signal: AbortSignal;
  engine: FliteEngine;
  callee: Callee;
}): Promise<'caller' | 'callee'> {
  const lines = await Promise.all(callee.says.map((text) => engine.render('rms', text, RATE_HZ)));
  const silence = new Int16Array(samplesIn(FRAME_MS, RATE_HZ));
  const { keeps } = callee.machine ?? {};
  let agentQuietAtMs = Infinity;
  let speech: Int16Array = new Int16Array(0);
  return new Promise((resolve) => {
    let pump: FramePump | undefined;
    const ended = (by: 'caller' | 'callee') => {
      pump?.stop();
      resolve(by);
    };
    const opened = StreamerSocket.open({
      url: mediaUrlOf(apiUrl),
      firstText: callee.isAnonymous ? null : metadataJson(dial.facts, 'number'),
      numbersAs: 'either',
      command: (command) => {
        const nowMs = systemClock.nowMs();
        if (command.type === 'break') keeps?.brokenMs.push(nowMs);
        if (command.type !== 'stream-audio') return;
        keeps?.heard.push({ atMs: nowMs, ms: durationMs(command.samples.length, command.rateHz) });
        const from = Number.isFinite(agentQuietAtMs) ? Math.max(agentQuietAtMs, nowMs) : nowMs;
        agentQuietAtMs = from + durationMs(command.samples.length, command.rateHz);
      },
      closed: ({ by }) => ended(by === 'us' ? 'callee' : 'caller'),
    });
    void opened.then((stream) => {
      signal.addEventListener('abort', () => stream.close(), { once: true });
      if (keeps) return (pump = machinePump(stream, lines, keeps));
      pump = new FramePump(systemClock, () => {
        if (systemClock.nowMs() > agentQuietAtMs + ANSWERS_AFTER_MS) {
          agentQuietAtMs = Infinity;
          const line = lines.shift();
          if (!line) return stream.close();
          speech = line.samples.slice();
        }
        stream.sendFrame(speech.length >= silence.length ? speech.subarray(0, silence.length) : silence);
        speech = speech.subarray(silence.length);
      });
    });
  });
}

const BEFORE_TONE_MS = 700;
const TONE_MS = 400;
const BETWEEN_MS = 300;

/** Its greeting, one line after the other, then its tone, then it is quiet. */
function machinePump(stream: StreamerSocket, lines: readonly { samples: Int16Array }[], keeps: Voicemail): FramePump {
  const pause = (ms: number) => [...new Int16Array(samplesIn(ms, RATE_HZ))];
  const tone = Array.from({ length: samplesIn(TONE_MS, RATE_HZ) }, (_, n) =>
    Math.round(9_000 * Math.sin((2 * Math.PI * 1_000 * n) / RATE_HZ)),
  );
  const greeting = lines.flatMap(({ samples }) => [...samples, ...pause(BETWEEN_MS)]);
  const all = Int16Array.from([...pause(300), ...greeting, ...pause(BEFORE_TONE_MS), ...tone]);
  const frame = samplesIn(FRAME_MS, RATE_HZ);
  let at = 0;
  return new FramePump(systemClock, () => {
    const samples = new Int16Array(frame);
    samples.set(all.subarray(at, at + frame));
    at += frame;
    if (at >= all.length && keeps.toneEndMs === 0) keeps.toneEndMs = systemClock.nowMs();
    stream.sendFrame(samples);
  });
}
