import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PhraseCache } from '@app/conversation';
import { ScriptedTextToSpeech } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { PhraseFiles } from './phrase-files.js';
import { agentSettings } from './testing/carrying-fakes.js';

const PHRASE = { samples: Int16Array.of(1, -2, 32_767), words: [{ text: 'Ça', startMs: 0, endMs: 1 }] };

let folder: string;
let files: PhraseFiles;
let errors: unknown[];
const clock = new FakeClock();
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'phrases-')), 'deep');
  errors = [];
  files = open();
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const open = (maxBytes?: number) =>
  new PhraseFiles({ folder, clock, report: (error) => errors.push(error), ...(maxBytes && { maxBytes }) });
const onlyFile = async () => join(folder, (await readdir(folder))[0] ?? '');

describe('phrases in files', () => {
  it('are read as they were written, by another process too', async () => {
    expect(await files.read('key')).toBeUndefined();
    await files.write('key', PHRASE);
    expect(await open().read('key')).toEqual(PHRASE);
    expect([await open().read('other'), errors]).toEqual([undefined, []]);
  });

  it('are for their owner only, under the hash of what they are, and leave nothing half written', async () => {
    await files.write('key', PHRASE);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.phrase$/)]);
    expect([(await stat(await onlyFile())).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it.each<[string, (file: Buffer) => Buffer]>([
    ['cut off', (file) => file.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['changed', (file) => Buffer.from(file.map((byte, at) => (at === file.length - 1 ? byte ^ 1 : byte)))],
    ['of somebody else', () => Buffer.from('{"not":"ours"}\n')],
  ])('are made again where a file is %s', async (_how, spoiled) => {
    await files.write('key', PHRASE);
    await writeFile(await onlyFile(), spoiled(await readFile(await onlyFile())));
    expect(await files.read('key')).toBeUndefined();
    await files.write('key', PHRASE);
    expect(await files.read('key')).toEqual(PHRASE);
    expect(errors).toEqual([]);
  });

  it('take no more room than they may: what was read longest ago goes first', async () => {
    const used: string[] = [];
    for (const key of ['one', 'two']) {
      await files.write(key, PHRASE);
      const own = (await readdir(folder)).find((name) => !used.includes(name)) ?? '';
      used.push(own);
      await utimes(join(folder, own), used.length, used.length);
    }
    const { size } = await stat(await onlyFile());
    await clock.advance(60_000);
    await files.read('one');
    await open(size * 2 + 10).write('three', PHRASE);
    expect([await files.read('one'), await files.read('two'), await files.read('three')]).toEqual([
      ...[PHRASE, undefined, PHRASE],
    ]);
  });

  it('say what is wrong with the folder, and harm nobody', async () => {
    await files.write('key', PHRASE);
    const blocked = new PhraseFiles({ folder: await onlyFile(), clock, report: (error) => errors.push(error) });
    await blocked.write('key', PHRASE);
    expect([await blocked.read('key'), errors.length > 0]).toEqual([undefined, true]);
  });
});

describe('phrases after a restart', () => {
  const settings = agentSettings({ greeting: 'This is Ada.' });
  const { signal } = new AbortController();

  async function warmed(cache: PhraseCache): Promise<number> {
    const voice = new ScriptedTextToSpeech(clock, { firstAudioMs: 0, msPerWord: 0 });
    await cache.warm(settings, voice, 8_000, signal);
    return voice.pieces.length;
  }

  it('cost nothing again, and a phrase that is new is all that is rendered', async () => {
    const first = await warmed(new PhraseCache({ store: files }));
    expect([first > 1, await warmed(new PhraseCache({ store: open() }))]).toEqual([true, 0]);
    await rm(await onlyFile());
    expect(await warmed(new PhraseCache({ store: open() }))).toBe(1);
  });
});
