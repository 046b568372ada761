import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeLine } from '@app/conversation/testing';
import { newCallId, newNodeId, systemClock } from '@app/kernel';
import { LiveCalls, type LiveRedis, openRedis, Wire } from '@app/live-state';
import { ApiKeyStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { WebSocket } from 'ws';
import { apiInProcess } from '../../../../test/api-in-process.js';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';
import { until } from '../../../../test/until.js';
import { ListenIn } from './listen-in.js';
import { OverheardLine } from './overheard-line.js';

const OWNER = newNodeId();
const CALL = newCallId();
const nothing = () => undefined;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let redis: LiveRedis;
let wire: Wire;
/** The node that is asked. */
let api: Awaited<ReturnType<typeof apiInProcess>>;
let line: FakeLine;
let stop: () => void;

/** Another node has the call: as much of it as listening needs. */
beforeAll(async () => {
  database = await freshDatabase();
  const { url } = await freshRedis();
  [postgres, redis] = await Promise.all([postgresForSpecs(database.url), openRedis({ url }, systemClock)]);
  api = await apiInProcess({ DATABASE_URL: database.url, REDIS_URL: url });
  line = new FakeLine();
  const overheard = new OverheardLine(line, systemClock);
  overheard.listen({ frame: nothing, digit: nothing, mark: nothing, closed: nothing });
  wire = new Wire(redis);
  const live = new LiveCalls(redis, OWNER);
  const overhear: Parameters<typeof ownerOf>[0] = (callId, told) => {
    const leave = callId === CALL ? overheard.overhear(told) : undefined;
    return leave && { rateHz: overheard.rateHz, stop: leave };
  };
  stop = await ownerOf(overhear, live).serve();
  await live.begin({
    ...{ id: CALL, direction: 'inbound', carrier: 'ringover', carrierCallId: '1', from: '+33600000001', to: null },
    ...{ agentId: postgres.agentId, agentVersion: 1, contactId: null, routedBy: 'a spec' },
    ...{ ringingAt: null, startedAt: systemClock.date().toISOString(), answeredAt: null },
  });
});
afterAll(async () => {
  stop();
  await api.close();
  wire.close();
  await Promise.all([redis.close(), postgres.close()]);
  await database.drop();
});

const ownerOf = (overhear: ConstructorParameters<typeof ListenIn>[0]['runner']['overhear'], live: LiveCalls) =>
  new ListenIn({ nodeId: OWNER, runner: { overhear }, live, wire, clock: systemClock });

describe('a call of another node', () => {
  it('is heard at the node that is asked, until who listens may not any more', async () => {
    const keys = new ApiKeyStore(postgres.prisma, systemClock);
    const key = await keys.create('a supervisor', ['calls:listen']);
    const admin = await keys.create('an admin', ['admin']);
    const headers = (as: string) => ({ authorization: `Bearer ${as}` });
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/calls/${CALL}/listen`, { headers: headers(key) }); // prettier-ignore
    const closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
    const told: unknown[] = [];
    let soundBytes = 0;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) soundBytes += data.length;
      else told.push(JSON.parse(data.toString()));
    });
    await until(() => told.length > 0);
    expect(told).toEqual([
      { type: 'sound', callId: CALL, rateHz: 8_000, channels: 2, encoding: 'pcm16le', left: 'caller', right: 'agent' },
    ]);
    await until(() => {
      line.say(700);
      return soundBytes > 0;
    });
    const { id } = await postgres.prisma.apiKey.findFirstOrThrow({ where: { name: 'a supervisor' } });
    await fetch(`${api.url}/api/v1/keys/${id}`, { method: 'DELETE', headers: headers(admin) });
    expect(await closed).toBe(4_401);
  });
});
