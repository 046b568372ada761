import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@app/boot';
import { systemClock } from '@app/kernel';
import { type LiveRedis, openRedis, RingingCalls, RoutedCalls } from '@app/live-state';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { StreamMatcher } from '../apps/api/src/media/stream-matcher.js';
import { apiInProcess } from './api-in-process.js';
import { freshDatabase, freshRedis } from './stores.js';

const TOKEN = 'the-token-in-the-address';
const KEY = 'the-key-of-smart-routing';
/** Our number at Ringover, and the agent's own at a carrier whose media socket reaches us. */
const [CALLED, ELSEWHERE, CALLER] = ['+33184990011', '+33755510001', '+33612345678'];
const NOBODYS = '+33184999999';

/**
 * An account without the audio streamer: Ringover sends the call to a number at another carrier. The connector here is a
 * fake one: it knows what any has to know, the number that was rung and the number that is shown.
 */
describe('a call that Ringover sends on to another carrier', () => {
  let redisOf: Awaited<ReturnType<typeof freshRedis>>;
  let redis: LiveRedis;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let postgres: PostgresForSpecs;
  let api: Awaited<ReturnType<typeof apiInProcess>>;
  let connector: StreamMatcher;

  beforeAll(async () => {
    database = await freshDatabase();
    postgres = await postgresForSpecs(database.url);
    const { agentId } = postgres;
    await postgres.prisma.phoneNumber.create({
      data: { carrier: 'twilio', e164: ELSEWHERE, mediaToken: 'a-token-of-the-other-carrier', agentId },
    });
    redisOf = await freshRedis();
    redis = await openRedis({ url: redisOf.url }, systemClock);
    const secrets = { RINGOVER_WEBHOOK_TOKEN: TOKEN, RINGOVER_SMART_ROUTING_KEY: KEY };
    api = await apiInProcess({ DATABASE_URL: database.url, REDIS_URL: redisOf.url, ...secrets });
    const log = createLogger({ name: 'spec', level: 'fatal' });
    connector = new StreamMatcher(new RingingCalls(redis, systemClock), new RoutedCalls(redis), log);
    await routes('1834567890123456700', NOBODYS); // the first answer of a process takes its time, and may be the safe one
  });
  afterAll(async () => {
    await api.close();
    await redis.close();
    await postgres.close();
    await database.drop();
  });

  /** @returns the numbers that Ringover is told to ring */
  async function routes(callId: string, to = CALLED): Promise<number[]> {
    const numbers = `"from_number":"${CALLER.slice(1)}","to_number":"${to.slice(1)}"`;
    const data = `{"call_id":${callId},"direction":"inbound",${numbers}}`;
    const body = `{"event":"routing","resource":"call","timestamp":1789034550,"data":${data}}`;
    const encode = (text: string) => Buffer.from(text).toString('base64url');
    const signed = `${encode('{"alg":"HS512","typ":"JWT"}')}.${encode(`{"payload":${body}}`)}`;
    const signature = `${signed}.${createHmac('sha512', KEY).update(signed).digest('base64url')}`;
    const url = `${api.url}/api/v1/webhooks/ringover/smart-routing/${TOKEN}`;
    const answer = await fetch(url, { method: 'POST', body, headers: { 'x-ringover-webhook-signature': signature } });
    return ((await answer.json()) as { agents: { number: number }[] }).agents.map(({ number }) => number);
  }

  it('is sent to the number of a free agent there, and goes on as Ringover’s call when its sound comes', async () => {
    expect(await routes('1834567890123456701')).toEqual([Number(ELSEWHERE)]);
    expect(await connector.matchSentOn(ELSEWHERE, CALLER)).toMatchObject({
      ...{ carrierCallId: '1834567890123456701', matchedBy: 'ringing', direction: 'inbound' },
      ...{ from: CALLER, to: CALLED },
    });
    expect(await connector.routeOf(ELSEWHERE, '1834567890123456701')).toMatchObject({ routedBy: 'routing: free line' });
    expect(await connector.matchSentOn(ELSEWHERE, CALLER)).toBeUndefined(); // it was taken
  });

  it('is known when the number that was called is shown instead of the caller’s, or none', async () => {
    await routes('1834567890123456702');
    expect(await connector.matchSentOn(ELSEWHERE, CALLED)).toMatchObject({ carrierCallId: '1834567890123456702' });
    await routes('1834567890123456703');
    expect(await connector.matchSentOn(ELSEWHERE, undefined)).toMatchObject({ carrierCallId: '1834567890123456703' });
  });

  it('is not taken by another who rings the number', async () => {
    await routes('1834567890123456704');
    expect(await connector.matchSentOn(ELSEWHERE, '+33700000000')).toBeUndefined();
    expect(await connector.matchSentOn(ELSEWHERE, CALLER)).toMatchObject({ carrierCallId: '1834567890123456704' });
  });

  it('is nobody’s when two were sent there at once and the numbers do not tell them apart', async () => {
    await routes('1834567890123456705');
    await routes('1834567890123456706');
    expect(await connector.matchSentOn(ELSEWHERE, CALLER)).toBeUndefined();
  });
});
