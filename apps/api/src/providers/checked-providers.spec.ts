import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import type { ProviderCheck } from '@app/providers';
import { CheckedProviders } from './checked-providers.js';

const OK: ProviderCheck = { vendor: 'openai', state: 'ok', says: 'the key works', toDo: null, tookMs: 12 };

describe('checked providers', () => {
  it('are asked once for all who want to know, and again after a minute', async () => {
    const clock = new FakeClock();
    const { promise, resolve } = Promise.withResolvers<ProviderCheck[]>();
    let asked = 0;
    const checked = new CheckedProviders(() => {
      asked += 1;
      return promise;
    }, clock);
    const both = [checked.tell(), checked.tell()];
    resolve([OK]);
    for (const each of both) await expect(each).resolves.toMatchObject({ freshForMs: 60_000, checks: [OK] });
    expect(asked).toBe(1);

    await clock.advance(59_999);
    await expect(checked.tell()).resolves.toMatchObject({ freshForMs: 1 });
    expect(asked).toBe(1);
    await clock.advance(1);
    await checked.tell();
    expect(asked).toBe(2);
  });
});
