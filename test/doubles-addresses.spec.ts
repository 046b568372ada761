import { describe, expect, it } from '@jest/globals';
import { PROVIDER_VARIABLES } from '@app/providers';
import { z } from 'zod';
import { asEnvFile, doubleAddresses } from '../apps/lab/src/doubles/addresses.js';
import { parseEnv } from 'node:util';
import { environmentOf } from '../tools/start/settings.js';

const LAB = 'http://127.0.0.1:4000';
const SECRETS = {
  ...{ webhookToken: 'w', callEventKey: 'e', contactCallKey: 'c', contactSearchKey: 's', smartRoutingKey: 'r' },
  authSecret: 'a',
};
const OWN = { databaseUrl: 'd', redisUrl: 'r', secrets: SECRETS, labUrl: LAB, phrasesDir: 'p', recordingsDir: 'r' };

describe('the addresses that `lab providers` prints', () => {
  const told = parseEnv(asEnvFile(doubleAddresses(LAB)).join('\n')) as Record<string, string>;

  it('are a centre’s environment as they stand', () => {
    expect(Object.keys(told).filter((name) => !(name in PROVIDER_VARIABLES))).toEqual([]);
    expect(z.object(PROVIDER_VARIABLES).safeParse(told).error).toBeUndefined();
  });

  it('are all those that `npm start` gives a centre without keys', () => {
    const started = environmentOf({}, OWN);
    const addresses = Object.entries(started).filter(([name, value]) => /_URL$/.test(name) && value?.includes('4000'));
    expect(addresses.length).toBeGreaterThan(6);
    expect(told).toMatchObject(Object.fromEntries(addresses));
  });
});
