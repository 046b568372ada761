import type { AddressInfo } from 'node:net';
import { durationMs, FRAME_MS, loadResampler, samplesIn } from '@app/audio';
import { createLogger, createMetrics, frameworkLogger, readEnv } from '@app/boot';
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
import { OutboundPursuit } from '../apps/worker/src/outbound-pursuit.js';
import { freshDatabase, freshRedis } from './stores.js';
import type { Phone } from './phone.js';
import { servedRingover } from './virtual-ringover.js';

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
  /** The api's environment, for another process like it. */
  env: NodeJS.ProcessEnv;
  /** Slows down all that is asked of the carrier. */
  holdGate(forMs: number): Promise<void>;
  /** As the worker does it; `aheadMs`: that much later than now. */
  pursue(aheadMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface OutboundCentreOptions {
  /** What differs from the agent of other specs. */
  settings?: Partial<ReturnType<typeof exampleSettings>>;
  /** Told to the api besides what it needs. */
  env?: NodeJS.ProcessEnv;
}

/** Api, stores, doubles of the providers and a virtual Ringover that dials. */
export async function openOutboundCentre(
  way: 'ivr-callback' | 'callback' = 'ivr-callback',
  options: OutboundCentreOptions = {},
): Promise<OutboundCentre> {
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
  const served = await servedRingover(systemClock, hooks);
  const env = {
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl, DRAIN_MS: '0', LOG_LEVEL: 'silent', PORT: '0' },
    ...{ DEEPGRAM_URL: `${doubles.ws}/deepgram`, ELEVENLABS_URL: `${doubles.ws}/elevenlabs` },
    ...{ OPENAI_BASE_URL: `${doubles.url}/openai/v1` },
    ...{ RINGOVER_WEBHOOK_TOKEN: WEBHOOKS.token, RINGOVER_CALL_EVENT_KEY: WEBHOOKS.key },
    ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: served.addresses.eu, RINGOVER_OUTBOUND: way },
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
  const gate = new RedisRequestGate(redis, systemClock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS });
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
    ...{ unheard, pursue, holdGate: (forMs: number) => gate.backOff(LAB_KEYS.eu, forMs) },
    close: async () => {
      await app.close();
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
        if (command.type !== 'stream-audio') return;
        const nowMs = systemClock.nowMs();
        const from = Number.isFinite(agentQuietAtMs) ? Math.max(agentQuietAtMs, nowMs) : nowMs;
        agentQuietAtMs = from + durationMs(command.samples.length, command.rateHz);
      },
      closed: ({ by }) => ended(by === 'us' ? 'callee' : 'caller'),
    });
    void opened.then((stream) => {
      signal.addEventListener('abort', () => stream.close(), { once: true });
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
