import { describe, expect, it } from '@jest/globals';
import type { Spoken } from '../ports/index.js';
import { SaidReply } from './said-reply.js';

const SECOND = 8_000;
const sound = (samples: number) => new Int16Array(samples).fill(1);
async function lengthOf(pieces: AsyncIterable<Spoken> | undefined): Promise<number> {
  let length = 0;
  for await (const { samples } of pieces ?? []) length += samples.length;
  return length;
}

describe('a reply that the model speaks itself', () => {
  it('gives out all of its sound, piece by piece, by the length of the text', async () => {
    const said = new SaidReply(8_000);
    said.say('One two. Three four.');
    said.sound(sound(SECOND));
    said.end();
    const first = await lengthOf(said.take('One two.'));
    const second = await lengthOf(said.take('Three four.'));
    expect([first, first + second]).toEqual([Math.round((SECOND * 8) / 20), SECOND]);
  });

  it('gives sound as it comes, to a piece after which nothing is known yet', async () => {
    const said = new SaidReply(8_000);
    said.say('One two.');
    const pieces = said.take('One two.')?.[Symbol.asyncIterator]();
    said.sound(sound(160));
    expect((await pieces?.next())?.value).toMatchObject({ words: [] });
    said.sound(sound(160));
    said.end();
    expect((await pieces?.next())?.done).toBe(false);
    expect((await pieces?.next())?.done).toBe(true);
  });

  it('ends a piece by the pace so far while the reply goes on', async () => {
    const said = new SaidReply(8_000);
    said.say('One two. Three');
    const first = lengthOf(said.take('One two.'));
    said.sound(sound(SECOND));
    expect(await first).toBe(Math.round((SECOND * 8) / 14));
  });

  it('takes no pace from a text that runs far ahead of its sound', async () => {
    const said = new SaidReply(8_000);
    said.say('One two. Three four five six seven eight nine ten.');
    const first = lengthOf(said.take('One two.'));
    said.sound(sound(SECOND));
    expect(await first).toBe((8 * 45 * 8_000) / 1_000);
  });

  it('lets no piece be without a sound', async () => {
    const said = new SaidReply(8_000);
    said.say('One two.');
    const first = lengthOf(said.take('One two.'));
    said.sound(sound(SECOND));
    said.say(' Three.');
    said.end();
    await first;
    expect(await lengthOf(said.take('Three.'))).toBeGreaterThan(0);
  });

  it('knows its sentences without their markup, and no others', () => {
    const said = new SaidReply(8_000);
    said.say('**Bonjour**, Zoë !\n- _Deux_ choses.');
    expect(said.take('Autre chose.')).toBeUndefined();
    expect(said.take('Bonjour, Zoë !')).toBeDefined();
  });

  it('passes on what ended it, and gives nothing afterwards', async () => {
    const said = new SaidReply(8_000);
    said.say('One. Two.');
    const first = lengthOf(said.take('One.'));
    said.end(new Error('cut'));
    await expect(first).rejects.toThrow('cut');
    expect(said.take('Two.')).toBeUndefined();
  });
});
