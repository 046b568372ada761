import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FUNCTION_NAMES } from '@app/functions';
import { systemClock } from '@app/kernel';
import { AgentStore, ApiKeyStore, closePostgres, openPostgres, type PrismaClient } from '@app/persistence';
import { freshDatabase } from '../test/stores.js';
import { cabinetLavigne } from './agents/cabinet-lavigne.js';
import { northgateParcels } from './agents/northgate-parcels.js';
import { settingsOf } from './agents/usual.js';
import { createApiKey, seed } from './seed.js';

const models = { recogniser: 'deepgram/ear', model: 'openai/mind', voice: 'elevenlabs/mouth' };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let prisma: PrismaClient;
let first: Awaited<ReturnType<typeof seed>>;

beforeAll(async () => {
  database = await freshDatabase();
  prisma = await openPostgres({ url: database.url });
  first = await seed({ databaseUrl: database.url, models });
});
afterAll(async () => {
  await closePostgres(prisma);
  await database.drop();
});

async function allSettings() {
  const agents = new AgentStore(prisma);
  return Promise.all((await agents.list()).map(({ id }) => agents.settingsOf(id)));
}

describe('a fresh installation', () => {
  it('has five agents, each with a number and a secret token of its own', () => {
    expect(first.created).toBe(true);
    expect(first.numbers.map(({ e164 }) => e164)).toEqual([11, 12, 13, 14, 15].map((last) => `+331849900${last}`));
    expect(new Set(first.numbers.map(({ agent }) => agent)).size).toBe(5);
    expect(new Set(first.numbers.map(({ mediaToken }) => mediaToken)).size).toBe(5);
    for (const { mediaToken } of first.numbers) expect(Buffer.from(mediaToken, 'base64url')).toHaveLength(32);
  });

  it('has two agents who speak French, and one who listens to any language', async () => {
    const settings = await allSettings();

    expect(settings.filter(({ agent }) => agent.language.startsWith('fr'))).toHaveLength(2);
    expect(settings.filter(({ agent }) => agent.listensTo === 'multi')).toHaveLength(1);
  });

  it('has agents who say in their greeting that an AI speaks', async () => {
    for (const { greeting } of await allSettings()) expect(greeting).toMatch(/\bAI\b|\bIA\b|intelligence artificielle/);
  });

  it('has agents with the models that it was told, and functions that there are', async () => {
    for (const { providers, functions } of await allSettings()) {
      expect(providers).toMatchObject(models);
      expect(FUNCTION_NAMES).toEqual(expect.arrayContaining([...functions]));
    }
  });

  it('has agents with a voice that the voice’s vendor knows', () => {
    const idsBy = (voice: string, voiceId?: string) =>
      [cabinetLavigne, northgateParcels].map(
        (persona) => settingsOf(persona, { ...models, voice, voiceId }).providers.voiceId,
      );
    expect(idsBy('elevenlabs-http/any')).toEqual(['Xb7hH8MSUJpSbSDYk0k2', 'JBFqnCBsd6RMkjVDRZzb']);
    expect(idsBy('deepgram/aura-2')).toEqual(['agathe', 'arcas']);
    expect(idsBy('openai-realtime/any')).toEqual(['marin', 'marin']);
    expect(idsBy('openai-compatible/kokoro')).toEqual(['shimmer', 'onyx']);
    expect(idsBy('openai-compatible/kokoro', 'ff_siwis')).toEqual(['ff_siwis', 'ff_siwis']);
  });

  it('leaves the number of lines to the installation', async () => {
    expect((await new AgentStore(prisma).list()).map(({ lines }) => lines)).toEqual([null, null, null, null, null]);
  });
});

describe('an installation that has agents', () => {
  it('is left as it is, and tells the same numbers', async () => {
    const again = await seed({ databaseUrl: database.url, models: { ...models, model: 'openai/newer' } });

    expect(again).toEqual({ created: false, numbers: first.numbers });
    for (const { providers } of await allSettings()) expect(providers.model).toBe('openai/mind');
  });
});

describe('the first key', () => {
  it('opens the API', async () => {
    const key = await createApiKey({ databaseUrl: database.url, name: 'admin' });

    expect(await new ApiKeyStore(prisma, systemClock).verify(key)).toMatchObject({ name: 'admin', scopes: ['admin'] });
  });
});
