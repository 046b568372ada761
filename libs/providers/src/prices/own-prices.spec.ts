import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { PRICES_VARIABLE } from './own-prices.js';
import { PriceList } from './price-list.js';

const variables = z.object(PRICES_VARIABLE);
const read = (prices: unknown) => variables.parse({ PRICES: JSON.stringify(prices) }).PRICES ?? [];
const faultsIn = (text: string) => variables.safeParse({ PRICES: text }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`); // prettier-ignore

describe('the prices of an installation', () => {
  it('are none where none are told', () => {
    expect(variables.parse({}).PRICES).toBeUndefined();
  });

  it('go before the lists, by contract and by day', () => {
    const own = read([
      { stage: 'model', provider: 'openai/gpt-6-luna', perMillionTokens: { input: 0.08, output: 0.4 }, source: 'contract 12' }, // prettier-ignore
      { stage: 'voice', provider: 'elevenlabs/*', perThousandCharacters: 0.03, from: '2026-11-01' },
      { stage: 'recogniser', provider: 'openai-compatible/whisper', perMinute: 0 },
    ]);
    const list = new PriceList(own);
    expect(list.priceOf('model', 'openai/gpt-6-luna', '2026-11-21')).toMatchObject({ source: 'contract 12', knownFrom: 'operator' }); // prettier-ignore
    expect(list.priceOf('voice', 'elevenlabs/eleven_flash_v2_5', '2026-11-21')?.rate).toEqual({ perThousandCharacters: 0.03 }); // prettier-ignore
    expect(list.priceOf('voice', 'elevenlabs/eleven_flash_v2_5', '2026-10-31')?.rate).toEqual({ perThousandCharacters: 0.05 }); // prettier-ignore
    expect(list.usdOf({ stage: 'recogniser', provider: 'openai-compatible/whisper', soundMs: 9 }, '2026-11-21')).toBe(
      0,
    );
  });

  it.each([
    ['{', /is not JSON/],
    ['{}', /PRICES: .*array/],
    ['[{"stage":"model","provider":"openai","perMillionTokens":{"input":1,"output":1}}]', /PRICES\.0\.provider: must be vendor/], // prettier-ignore
    ['[{"stage":"model","provider":"a/b","perMillionTokens":{"input":-1,"output":1}}]', /PRICES\.0\.perMillionTokens\.input/], // prettier-ignore
    ['[{"stage":"voice","provider":"a/b"}]', /PRICES\.0: must have perThousandCharacters or perMinute/],
    ['[{"stage":"voice","provider":"a/b","perMinute":1,"perThousandCharacters":1}]', /must have perThousand/],
    ['[{"stage":"recogniser","provider":"a/b","perMinute":1,"euro":1}]', /PRICES\.0: .*euro/],
    ['[{"stage":"recogniser","provider":"a/b","perMinute":1,"from":"yesterday"}]', /PRICES\.0\.from: must be a day/],
  ])('are refused with what is wrong: %s', (text, fault) => {
    expect(faultsIn(text)?.join('\n')).toMatch(fault);
  });
});
