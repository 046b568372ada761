import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Heard,
  ProviderError,
  type ProviderSwitch,
  type SpeechToText,
  type SpeechToTextSession,
} from '@app/conversation/ports';
import { ScriptedSpeechToText } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { someChain } from '../testing/some-chain.js';
import { StatedGate } from '../testing/stated-gate.js';
import { FallbackSpeechToText } from './fallback-speech-to-text.js';

const PATIENCE_MS = 700;

let clock: FakeClock;
let gate: StatedGate;
let switches: ProviderSwitch[];
let probes: string[];
let first: ScriptedSpeechToText;
let second: ScriptedSpeechToText;
let ending: AbortController;
let told: Heard[];
let ended: { error?: unknown } | undefined;
let pushedTo: Map<SpeechToText, number[]>;
beforeEach(() => {
  [clock, gate, switches, probes, ending] = [new FakeClock(), new StatedGate(), [], [], new AbortController()];
  [told, ended, pushedTo] = [[], undefined, new Map()];
  first = recording(new ScriptedSpeechToText({ name: 'a/1' }));
  second = recording(new ScriptedSpeechToText({ name: 'b/2' }));
});
afterEach(() => {
  ending.abort();
  gate.expectNobodyInside(clock);
});

/** Keeps what the newest session was given to hear. */
function recording(recogniser: ScriptedSpeechToText): ScriptedSpeechToText {
  const open = recogniser.open.bind(recogniser);
  recogniser.open = async (options) => {
    const session = await open(options);
    const pushed: number[] = [];
    pushedTo.set(recogniser, pushed);
    session.push = (samples) => void pushed.push(...samples);
    return session;
  };
  return recogniser;
}

async function listen(...recognisers: SpeechToText[]): Promise<SpeechToTextSession> {
  const nameOf = ({ name }: SpeechToText) => name;
  const chain = someChain('recogniser', recognisers, { gate, clock, patienceMs: PATIENCE_MS, nameOf, probes });
  const session = await new FallbackSpeechToText(chain).open({
    ...{ callId: 'call', language: 'en', rateHz: 8_000, signal: ending.signal },
    onSwitch: (change) => void switches.push(change),
  });
  void (async () => {
    for await (const item of session.heard) told.push(item);
  })().then(
    () => (ended = {}),
    (error: unknown) => (ended = { error }),
  );
  return session;
}

/** Ten samples a millisecond would be too many to look at: one sample stands for itself. */
const sound = (from: number, to: number) => Int16Array.from({ length: to - from }, (_, n) => from + n);
const heardBy = (recogniser: SpeechToText) => pushedTo.get(recogniser);
const changesOf = () => switches.map(({ from, to, reason }) => `${from} > ${to}: ${reason}`);
const textOf = () => told.map((heard) => ('text' in heard ? `${heard.type} ${heard.text}` : heard.type));

describe('a chain of recognisers', () => {
  it('is heard by the first alone while that hears', async () => {
    const session = await listen(first, second);
    session.push(sound(0, 100));
    first.change('hello');
    session.finish();
    first.settle('Hello.');
    await clock.advance(5_000);
    expect(textOf()).toEqual(['words-changed hello', 'words-settled Hello.']);
    expect([heardBy(first)?.length, second.sessions, switches]).toEqual([100, [], []]);
  });

  it('has the next one open when the first cannot be opened', async () => {
    first.refuseNext();
    await listen(first, second);
    expect([second.sessions.length, changesOf()]).toEqual([1, ['a/1 > b/2: failed']]);
  });

  it('has the next one open beside a first that does not open in time', async () => {
    first.open = ({ signal }) => clock.sleep(60_000, signal).then(() => Promise.reject(new Error('never')));
    const opening = listen(first, second);
    await clock.advance(PATIENCE_MS);
    await opening;
    expect(changesOf()).toEqual(['a/1 > b/2: slow']);
  });

  it('lets the next hear again what was not settled when the first is lost, and asks it for the words that were asked for', async () => {
    const session = await listen(first, second);
    session.push(sound(0, 800));
    first.settle('One.', { words: [{ text: 'One.', startMs: 0, endMs: 75 }] });
    await clock.advance(0);
    session.push(sound(800, 900));
    session.finish();
    await clock.advance(0);
    first.fail();
    session.push(sound(900, 950));
    await clock.advance(0);
    session.push(sound(950, 960));
    expect(heardBy(second)).toEqual([...sound(600, 960)]);
    expect(second.sessions[0]?.finishedTimes).toBe(1);
    second.settle('Two.', { words: [{ text: 'Two.', startMs: 10, endMs: 20 }] });
    await clock.advance(0);
    expect(textOf()).toEqual(['words-settled One.', 'words-settled Two.']);
    expect(told[1]).toMatchObject({ words: [{ text: 'Two.', startMs: 85, endMs: 95 }] });
    expect([changesOf(), ended]).toEqual([['a/1 > b/2: failed'], undefined]);
  });

  it('has the next one hear when the words that were asked for do not come in time', async () => {
    const session = await listen(first, second);
    session.push(sound(0, 500));
    first.change('one');
    session.finish();
    await clock.advance(PATIENCE_MS - 1);
    expect(second.sessions).toEqual([]);
    await clock.advance(1);
    expect(heardBy(second)).toEqual([...sound(0, 500)]);
    first.settle('Too late.');
    second.settle('One.');
    await clock.advance(0);
    expect(textOf()).toEqual(['words-changed one', 'words-settled One.']);
    expect(changesOf()).toEqual(['a/1 > b/2: slow']);
  });

  it('asks one for nothing that cannot be asked, unless it has words on its tongue', async () => {
    const capabilities = { wordTimes: false, endpoints: true, settlesWhenAsked: false };
    const unasked = recording(new ScriptedSpeechToText({ name: 'a/1', capabilities }));
    const session = await listen(unasked, second);
    session.finish();
    await clock.advance(10_000);
    expect(switches).toEqual([]);
    unasked.change('one');
    await clock.advance(0);
    session.finish();
    await clock.advance(2_500);
    expect(changesOf()).toEqual(['a/1 > b/2: slow']);
  });

  it('tells one that takes over in the middle of an utterance since when there is a voice', async () => {
    const begun: number[] = [];
    const open = second.open.bind(second);
    second.open = async (options) =>
      Object.assign(await open(options), { begin: (agoMs: number) => begun.push(agoMs) });
    const session = await listen(first, second);
    session.push(sound(0, 800));
    session.begin?.(50);
    first.fail();
    await clock.advance(0);
    expect(begun).toEqual([100]);
  });

  it('gives the words time to be heard by another', () => {
    const nameOf = ({ name }: SpeechToText) => name;
    const chain = (...of: SpeechToText[]) =>
      new FallbackSpeechToText(someChain('recogniser', of, { gate, clock, patienceMs: PATIENCE_MS, nameOf }));
    expect(chain(first).capabilities.settlesWithinMs).toBeUndefined();
    expect(chain(first, second).capabilities.settlesWithinMs).toBe(PATIENCE_MS + 600);
  });

  it('takes an answer without words for an answer', async () => {
    const session = await listen(first, second);
    session.finish();
    first.settle('');
    await clock.advance(10 * PATIENCE_MS);
    expect([second.sessions, switches]).toEqual([[], []]);
  });

  it('ends with the error when there is nobody left, and another call of it begins anew', async () => {
    await listen(first, second);
    second.refuseNext();
    first.fail();
    await clock.advance(0);
    expect(ended).toMatchObject({ error: { provider: 'b/2', failure: 'unreachable' } });
  });

  it('tells the error of one that stands alone', async () => {
    await listen(first);
    first.fail(new ProviderError('a/1', 'unreadable'));
    await clock.advance(0);
    expect(ended).toMatchObject({ error: { provider: 'a/1', failure: 'unreadable' } });
  });

  it('takes what is no failure of a provider for a bug', async () => {
    await listen(first, second);
    first.fail(new TypeError('a bug'));
    await clock.advance(0);
    expect([ended, second.sessions]).toMatchObject([{ error: { message: 'a bug' } }, []]);
  });
});

describe('a recogniser that comes before the one that hears', () => {
  async function lost(): Promise<SpeechToTextSession> {
    const session = await listen(first, second);
    session.push(sound(0, 100));
    first.fail();
    await clock.advance(0);
    return session;
  }

  it('hears again when its trouble is some seconds old, between two turns', async () => {
    const session = await lost();
    second.change('one');
    await clock.advance(9_000);
    expect(first.sessions).toHaveLength(1);
    second.settle('One.');
    await clock.advance(1_000);
    expect(first.sessions).toHaveLength(2);
    session.push(sound(100, 200));
    first.settle('Two.');
    second.settle('Nobody listens.');
    await clock.advance(0);
    expect(textOf()).toEqual(['words-changed one', 'words-settled One.', 'words-settled Two.']);
    expect([changesOf(), second.sessions[0]?.options.signal.aborted]).toEqual([
      ['a/1 > b/2: failed', 'b/2 > a/1: healed'],
      true,
    ]);
  });

  it('is tried while it is down, and hears again when it opens', async () => {
    gate.down.add('a/1');
    await listen(first, second);
    await clock.advance(3_000);
    expect([first.sessions, probes]).toEqual([[], []]);
    gate.tried.add('a/1');
    first.refuseNext();
    await clock.advance(1_000);
    expect([first.sessions, probes]).toEqual([[], ['a/1 failed']]);
    gate.tried.add('a/1');
    await clock.advance(1_000);
    expect([first.sessions.length, probes.at(-1)]).toEqual([1, 'a/1 answered']);
    expect(changesOf()).toEqual(['a/1 > b/2: down', 'b/2 > a/1: healed']);
  });

  it('loses nothing of what is said while it opens', async () => {
    gate.down.add('a/1');
    const session = await listen(first, second);
    const open = first.open.bind(first);
    first.open = (options) => clock.sleep(300, options.signal).then(() => open(options));
    gate.tried.add('a/1');
    await clock.advance(1_100);
    session.push(sound(0, 50));
    await clock.advance(100);
    session.push(sound(50, 80));
    await clock.advance(200);
    expect([heardBy(second), heardBy(first)]).toEqual([[...sound(0, 80)], [...sound(0, 80)]]);
  });
});
