import { beforeEach, describe, expect, it } from '@jest/globals';
import { PhraseCache } from '@app/conversation';
import { type CallSettings, ProviderError, StoreError, type TextToSpeech } from '@app/conversation/ports';
import { ScriptedTextToSpeech } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { UnknownProvider } from '@app/providers';
import { uuid } from '../testing/fake-centre.js';
import { someAgent } from '../testing/some-calls.js';
import { PhraseWarmer } from './phrase-warmer.js';
import { agentSettings, logLines } from './testing/carrying-fakes.js';

const ADA = uuid(1);
const BEN = uuid(2);
const [ADA_GREETS, BEN_GREETS] = ['This is Ada.', 'This is Ben.'];

let clock: FakeClock;
let voice: ScriptedTextToSpeech;
let lines: Record<string, unknown>[];
let phrases: PhraseCache;
let stop: AbortController;
let state: 'following' | 'over' | 'broken';
/** The version of Ben that is live. */
let benIs: number;
let benGreets: string;
/** Thrown in place of an agent's settings. */
let unreadable: Map<string, Error>;
let unlisted: Error | undefined;
let voiceNamed: (name: string) => TextToSpeech;

beforeEach(() => {
  clock = new FakeClock();
  voice = new ScriptedTextToSpeech(clock);
  phrases = new PhraseCache();
  stop = new AbortController();
  [benIs, benGreets] = [1, BEN_GREETS];
  [unreadable, unlisted, voiceNamed] = [new Map(), undefined, () => voice];
});

function settingsOf(agentId: string): Promise<CallSettings> {
  const error = unreadable.get(agentId);
  if (error) return Promise.reject(error);
  return Promise.resolve(agentSettings({ greeting: agentId === ADA ? ADA_GREETS : benGreets }));
}

let warmer: PhraseWarmer;

async function warm(): Promise<void> {
  const logged = logLines();
  lines = logged.lines;
  const list = () => [
    { ...someAgent({ slug: 'ada' }), id: ADA as never },
    { ...someAgent({ slug: 'ben' }), id: BEN as never, liveVersion: benIs },
  ];
  warmer = new PhraseWarmer({
    clock,
    log: logged.log,
    agents: { list: () => (unlisted ? Promise.reject(unlisted) : Promise.resolve(list())), settingsOf },
    catalog: { voice: (name) => voiceNamed(name) },
    phrases,
    rateHz: 8_000,
  });
  state = 'following';
  void warmer.warm(stop.signal).then(
    () => (state = 'over'),
    () => (state = 'broken'),
  );
  await clock.advance(10_000); // rendering takes a tenth of a second each
}

const isThere = (text: string): boolean =>
  phrases.find({ voice: 'scripted/voice', voiceId: 'any', language: 'en', rateHz: 8_000 }, text) !== undefined;
const asked = (text: string): number => voice.pieces.filter((piece) => piece.text === text).length;

describe('the phrases of all agents', () => {
  it('are rendered once each', async () => {
    await warm();
    expect([isThere(ADA_GREETS), isThere(BEN_GREETS)]).toEqual([true, true]);
    await clock.advance(60_000);
    expect([asked(ADA_GREETS), asked(BEN_GREETS), asked('Goodbye.')]).toEqual([1, 1, 1]);
    expect([state, lines]).toEqual(['following', []]);
  });

  it('are rendered when another version becomes live, and only those that are new', async () => {
    await warm();
    [benIs, benGreets] = [2, 'Ben is back.'];
    await clock.advance(20_000);
    expect([isThere('Ben is back.'), asked('Goodbye.'), asked(ADA_GREETS)]).toEqual([true, 1, 1]);
  });

  it('are rendered at once for whom a call comes to, but not what it says first, and not again', async () => {
    await warm();
    const [ada, ben] = [agentSettings({ greeting: ADA_GREETS }), agentSettings({ greeting: 'I am back.' })];
    const oneMoment = 'A moment, says Ben.';
    warmer.soon({
      ...ada,
      agent: { ...ada.agent, id: ADA, version: 2 },
      phrases: { ...ada.phrases, oneMoment: 'Never.' },
    });
    warmer.soon({ ...ben, agent: { ...ben.agent, id: BEN, version: 2 }, phrases: { ...ben.phrases, oneMoment } });
    await clock.advance(2_000);
    expect([isThere(oneMoment), isThere('I am back.'), isThere('Never.'), asked('Goodbye.')]).toEqual([
      true,
      false,
      false,
      1,
    ]);
  });

  it('are tried again when the voice cannot be reached, and only those that are missing', async () => {
    voice.failAt(1);
    await warm();
    expect([isThere(ADA_GREETS), isThere(BEN_GREETS)]).toEqual([false, true]);
    expect(lines).toMatchObject([{ msg: 'phrases could not be rendered', agent: 'ada' }]);
    await clock.advance(20_000);
    expect([isThere(ADA_GREETS), asked(BEN_GREETS)]).toEqual([true, 1]);
  });

  it.each([
    ['refused', () => voice.failAt(1, new ProviderError('scripted/voice', 'refused'))],
    ['of a model that is not here', () => (voiceNamed = notHereAtFirst())],
    ['unreadable in the store', () => unreadable.set(ADA, new StoreError('postgres', 'unreadable'))],
  ])('are given up when they are %s, and those of other agents are not', async (_why, prepare) => {
    prepare();
    await warm();
    await clock.advance(60_000);
    expect([isThere(ADA_GREETS), isThere(BEN_GREETS)]).toEqual([false, true]);
    expect(lines).toMatchObject([{ agent: 'ada' }]);
  });

  it('wait for a Postgres that is gone', async () => {
    unlisted = new StoreError('postgres', 'unavailable');
    await warm();
    expect(lines).toHaveLength(1);
    unlisted = undefined;
    unreadable.set(BEN, new StoreError('postgres', 'unavailable'));
    await clock.advance(15_000);
    expect([isThere(ADA_GREETS), isThere(BEN_GREETS)]).toEqual([true, false]);
    unreadable.clear();
    await clock.advance(20_000);
    expect([state, isThere(BEN_GREETS)]).toEqual(['following', true]);
  });

  it('are left when the process stops, between two looks and in the middle of one', async () => {
    voice.failAt(1);
    await warm();
    stop.abort();
    await clock.advance(0);
    expect([state, clock.waiting]).toEqual(['over', 0]);

    [stop, phrases, voice] = [new AbortController(), new PhraseCache(), new ScriptedTextToSpeech(clock)];
    voice.hangAt(1);
    await warm();
    expect(state).toBe('following');
    stop.abort();
    await clock.advance(0);
    expect([state, clock.waiting, voice.pieces.length]).toEqual(['over', 0, 1]);
    expect(lines).toEqual([]);
  });

  it('do not hide a bug', async () => {
    unreadable.set(ADA, new TypeError('not a function'));
    await warm();
    expect(state).toBe('broken');
  });
});

/** Unknown to the first who asks. */
function notHereAtFirst(): (name: string) => TextToSpeech {
  let asks = 0;
  return (name) => {
    asks += 1;
    if (asks === 1) throw new UnknownProvider('voice', name, []);
    return voice;
  };
}
