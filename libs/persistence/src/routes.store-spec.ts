import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase } from '../../../test/stores.js';
import { type AgentId, newCallId } from '@app/kernel';
import { AgentStore, closePostgres, ContactStore, NumberStore, openPostgres, plantAgents } from './index.js';
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

const HOURS = { timezone: 'Europe/Paris', week: { mon: [{ from: '09:00', to: '18:00' }] } };

const WEEK = {
  ...{ timezone: 'Europe/Paris' },
  week: { mon: [{ from: '09:00', to: '18:00' }], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
};

/** Another agent, with a number at another carrier, that stands in for Clara. */
async function standIn(slug: string, place: number, changes: object): Promise<string> {
  const settings = JSON.parse(JSON.stringify({ ...exampleSettings(), ...changes })) as object;
  const { prisma } = postgres;
  const agent = await prisma.agent.create({
    data: {
      ...{ slug, name: slug, liveVersion: 1, lines: 7 },
      versions: { create: { number: 1, settings } },
      numbers: { create: { carrier: 'twilio', e164: `+3318499002${place}`, mediaToken: `token of ${slug}` } },
    },
  });
  const number = await prisma.phoneNumber.findFirstOrThrow({ where: { agentId: postgres.agentId } });
  await prisma.numberAgent.create({ data: { numberId: number.id, agentId: agent.id, place } });
  return agent.id;
}

describe('who may take a number’s calls', () => {
  it('is its own agent first, then those that stand in for it; none that is retired or cannot be read', async () => {
    const ben = await standIn('ben', 1, { hours: HOURS });
    await standIn('broken', 2, { greeting: 7 });
    const gone = await standIn('gone', 3, {});
    await postgres.prisma.agent.update({ where: { id: gone }, data: { retiredAt: new Date(0) } });
    const routes = await new NumberStore(postgres.prisma).routes();

    const clara = routes.find(({ e164 }) => e164 === '+33184990011');
    expect(clara).toMatchObject({
      carrier: 'ringover',
      candidates: [
        { agentId: postgres.agentId, slug: 'clara', lines: null, hours: null, numbers: [{ e164: '+33184990011' }] },
        { agentId: ben, slug: 'ben', lines: 7, numbers: [{ carrier: 'twilio', e164: '+33184990021' }] },
      ],
    });
    expect(clara?.candidates[1]?.providers).toMatchObject({ voiceId: 'clara' });
    expect(clara?.candidates[1]?.hours?.week).toMatchObject({ mon: [{ from: '09:00', to: '18:00' }], tue: [] });
  });

  it('is decided for a number at once, all of it or nothing', async () => {
    const { prisma, agentId } = postgres;
    const store = new NumberStore(prisma);
    const [number] = await store.list();
    const id = number?.id ?? '';
    const idOf = async (slug: string) => (await prisma.agent.findUniqueOrThrow({ where: { slug } })).id as AgentId;
    const [ben, gone] = [await idOf('ben'), await idOf('gone')];
    const takers = async () =>
      (await store.routes()).find(({ e164 }) => e164 === number?.e164)?.candidates.map((one) => one.agentId);
    const before = await takers();

    expect(await store.assign(id, [ben, gone])).toBeUndefined();
    expect(await store.assign(id, [ben, ben])).toBeUndefined();
    expect(await store.assign(newCallId(), [ben])).toBeUndefined();
    expect(await takers()).toEqual(before);
    expect(await store.assign(id, [ben, agentId])).toMatchObject({ id, agent: { slug: 'ben' } });
    expect(await takers()).toEqual([ben, agentId]);
    expect(await store.assign(id, [agentId])).toMatchObject({ agent: { id: agentId } });
    expect(await takers()).toEqual([agentId]);
  });

  it('is what an installation was planted with', async () => {
    const empty = await freshDatabase();
    const prisma = await openPostgres({ url: empty.url });
    const agent = (slug: string, e164: string, more: object = {}) => ({
      ...{ slug, settings: { ...exampleSettings(), hours: WEEK } },
      ...{ numbers: [{ carrier: 'ringover', e164, label: '', mediaToken: `token of ${slug}` }], ...more },
    });
    const agents = [agent('first', '+33184990031', { standIns: ['third', 'second'] }), agent('second', '+33184990032')];
    await plantAgents(prisma, [...agents, agent('third', '+33184990033')], new Date(0));
    const routes = await new NumberStore(prisma).routes();
    await closePostgres(prisma);
    await empty.drop();

    const first = routes.find(({ e164 }) => e164 === '+33184990031');
    expect(first?.candidates.map(({ slug }) => slug)).toEqual(['first', 'third', 'second']);
    expect(first?.candidates[0]?.hours).toEqual(WEEK);
  });

  it('is asked by hours that no call is told of', async () => {
    const { prisma } = postgres;
    const { id } = await prisma.agent.findUniqueOrThrow({ where: { slug: 'ben' } });

    expect(await new AgentStore(prisma).settingsOf(id)).not.toHaveProperty('hours');
    expect(await plantAgents(prisma, [], new Date(0))).toBe(false);
  });
});

describe('a contact', () => {
  const contacts = () => new ContactStore(postgres.prisma);
  beforeAll(async () => {
    const data = [
      { e164: '+33612345678', name: 'Léa Durand', notes: { company: 'ACME' } },
      { e164: '+33612345679', name: 'Léo 50%', notes: {} },
      { e164: '+441632960001', name: null, notes: {} },
    ];
    await postgres.prisma.contact.createMany({ data });
  });

  it('is known by its number, with what is noted of it', async () => {
    expect(await contacts().knownBy('+33612345678')).toMatchObject({ name: 'Léa Durand', facts: { company: 'ACME' } });
    expect(await contacts().knownBy('+33600000000')).toBeUndefined();
  });

  it.each([
    ['léa', ['Léa Durand']],
    ['DUR', ['Léa Durand']],
    ['06 12 34 56 7', ['Léa Durand', 'Léo 50%']],
    ['+44 1632', [null]],
    ['%', ['Léo 50%']],
    ['_', []],
    ['nobody', []],
    ['', []],
    [' \0', []],
  ])('is found by %p', async (words, names) => {
    const found = await contacts().search(words, 20);
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it('is not told of beyond the limit', async () => {
    expect(await contacts().search('l', 1)).toHaveLength(1);
  });
});
