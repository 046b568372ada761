import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import { AgentStore } from './agent.store.js';
import { ContactStore } from './contact.store.js';
import { NumberStore } from './number.store.js';
import { plantAgents } from './plant-agents.js';
import { storableJson } from './storable.js';
import { exampleSettings, type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

describe('agents', () => {
  const put = (settings: object) =>
    postgres.prisma.agentVersion.updateMany({ where: { agentId: postgres.agentId, number: 1 }, data: { settings } });
  afterEach(async () => {
    await put(exampleSettings());
    await postgres.prisma.agent.updateMany({ data: { retiredAt: null, liveVersion: 1 } });
  });

  it('are listed with what an operator sees of them', async () => {
    const clara = {
      id: postgres.agentId,
      slug: 'clara',
      name: 'Clara',
      language: 'en-GB',
      liveVersion: 1,
      lines: null,
    };

    expect(await new AgentStore(postgres.prisma).list()).toEqual([{ ...clara, numbers: ['+33184990011'] }]);
    expect(await new AgentStore(postgres.prisma).get(postgres.agentId)).toMatchObject(clara);
    expect(await new AgentStore(postgres.prisma).get(newCallId())).toBeUndefined();
  });

  it('give a call the settings of their live version, and say which one that is', async () => {
    const settings = { ...exampleSettings(), greeting: 'Hello again.' };
    await postgres.prisma.agentVersion.create({
      data: { agentId: postgres.agentId, number: 2, settings: storableJson(settings) },
    });
    await postgres.prisma.agent.updateMany({ data: { liveVersion: 2 } });

    const { agent, ...rest } = settings;
    expect(await new AgentStore(postgres.prisma).settingsOf(postgres.agentId)).toEqual({
      ...rest,
      agent: { ...agent, id: postgres.agentId, version: 2 },
    });
  });

  it('take no call once they are retired', async () => {
    await postgres.prisma.agent.updateMany({ data: { retiredAt: new Date(0) } });
    const store = new AgentStore(postgres.prisma);

    expect(await store.list()).toEqual([]);
    expect(await store.get(postgres.agentId)).toMatchObject({ slug: 'clara' });
    await expect(store.settingsOf(postgres.agentId)).rejects.toMatchObject({ code: 'store.not-found' });
  });

  it('name what is wrong in their settings, and not what stands there', async () => {
    const { greeting: _greeting, ...rest } = exampleSettings();
    await put({ ...rest, turns: { ...rest.turns, pauseMs: 'secret' }, limits: { ...rest.limits, more: 1 } });

    const settings = new AgentStore(postgres.prisma).settingsOf(postgres.agentId);

    await expect(settings).rejects.toMatchObject({ code: 'store.unreadable', retryable: false });
    await expect(settings).rejects.toThrow(/settings of clara: .*greeting.*turns\.pauseMs.*limits/);
    await expect(settings).rejects.not.toThrow(/secret/);
  });

  it('are planted once, and never beside others', async () => {
    const other = { slug: 'other', settings: exampleSettings(), numbers: [] };

    expect(await plantAgents(postgres.prisma, [other], new Date(0))).toBe(false);
    expect(await new AgentStore(postgres.prisma).list()).toHaveLength(1);
  });

  it('are planted by one of two who start together', async () => {
    const empty = await freshDatabase();
    const { prisma, close } = await postgresForSpecs(empty.url);
    await prisma.phoneNumber.deleteMany();
    await prisma.agent.deleteMany();
    const slugs = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(slugs.map(() => prisma.$queryRaw`SELECT 1 AS one FROM (SELECT pg_sleep(0.05)) AS slept`)); // all connected
    const planted = await Promise.all(
      slugs.map((slug) => plantAgents(prisma, [{ slug, settings: exampleSettings(), numbers: [] }], new Date(0))),
    );

    expect(planted.filter((done) => done)).toHaveLength(1);
    expect(await new AgentStore(prisma).list()).toHaveLength(1);
    await close();
    await empty.drop();
  });
});

describe('numbers', () => {
  const clara = { carrier: 'ringover', e164: '+33184990011', agent: { slug: 'clara', name: 'Clara', lines: null } };

  it('are found by their secret token, and by carrier and number', async () => {
    const numbers = new NumberStore(postgres.prisma);

    expect(await numbers.byMediaToken('token-of-clara')).toMatchObject({ ...clara, mediaToken: 'token-of-clara' });
    expect(await numbers.byE164('ringover', '+33184990011')).toMatchObject(clara);
    expect(await numbers.list()).toMatchObject([clara]);
  });

  it('are not found by anything else', async () => {
    const numbers = new NumberStore(postgres.prisma);

    expect(await numbers.byMediaToken('another')).toBeUndefined();
    expect(await numbers.byMediaToken('token\0')).toBeUndefined();
    expect(await numbers.byE164('twilio', '+33184990011')).toBeUndefined();
  });
});

describe('contacts', () => {
  it('are found by their number', async () => {
    await postgres.prisma.contact.create({ data: { e164: '+33600000001', name: 'Ada', language: 'fr' } });
    const contacts = new ContactStore(postgres.prisma);

    expect(await contacts.byNumber('+33600000001')).toMatchObject({ name: 'Ada', language: 'fr', doNotCall: false });
    expect(await contacts.byNumber('+33600000002')).toBeUndefined();
  });
});
