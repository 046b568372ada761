import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { Recent } from './recent.js';

function open() {
  const clock = new FakeClock();
  const recent = new Recent<string>(clock);
  const asked: ((value: string | undefined) => void)[] = [];
  const find = () => new Promise<string | undefined>((resolve) => asked.push(resolve));
  return { clock, recent, asked, get: () => recent.get('key', find) };
}

describe('what was found a moment ago', () => {
  it('is looked up once, however many ask at once', async () => {
    const { asked, get } = open();
    const both = Promise.all([get(), get()]);
    asked[0]?.('ada');
    expect(await both).toEqual(['ada', 'ada']);
    expect(asked).toHaveLength(1);
  });

  it('is answered at once and looked up behind, once it is five seconds old', async () => {
    const { clock, asked, get } = open();
    const first = get();
    asked[0]?.('ada');
    await first;
    await clock.advance(5_000);
    expect(await get()).toBe('ada');
    expect(asked).toHaveLength(2);
    asked[1]?.('bo');
    await clock.advance(0);
    expect(await get()).toBe('bo');
    expect(asked).toHaveLength(2);
  });

  it('is trusted for ten seconds from when it was asked for, not from when the answer came', async () => {
    const { clock, asked, get } = open();
    const first = get();
    await clock.advance(4_000);
    asked[0]?.('ada');
    await first;
    await clock.advance(6_000);
    const second = get();
    asked[1]?.('bo');
    expect(await second).toBe('bo');
  });

  it('is not remembered when it was taken away while it was looked up', async () => {
    const { recent, asked, get } = open();
    const first = get();
    recent.forget(() => false);
    asked[0]?.('ada');
    await first;
    void get();
    expect(asked).toHaveLength(2);
  });

  it('is looked up again once it was taken away, and what else is known is not', async () => {
    const { recent } = open();
    const find = (value: string) => () => Promise.resolve(value);
    for (const value of ['ada', 'bo']) await recent.get(value, find(value));
    recent.forget((value) => value === 'ada');
    expect(await recent.get('ada', find('cy'))).toBe('cy');
    expect(await recent.get('bo', find('di'))).toBe('bo');
  });

  it('is looked up again after a look-up that failed', async () => {
    const { recent } = open();
    const failing = () => Promise.reject(new Error('gone'));
    await expect(recent.get('key', failing)).rejects.toThrow('gone');
    expect(await recent.get('key', () => Promise.resolve('ada'))).toBe('ada');
  });
});
