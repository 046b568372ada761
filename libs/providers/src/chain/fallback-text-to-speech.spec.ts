import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderSwitch, type Spoken } from '@app/conversation/ports';
import { readAll, ScriptedTextToSpeech } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { someChain } from '../testing/some-chain.js';
import { StatedGate } from '../testing/stated-gate.js';
import { FallbackTextToSpeech, type VoiceLink } from './fallback-text-to-speech.js';

const TEXT = 'One two three.';

let clock: FakeClock;
let gate: StatedGate;
let switches: ProviderSwitch[];
let probes: string[];
let first: ScriptedTextToSpeech;
let second: ScriptedTextToSpeech;
let ending: AbortController;
beforeEach(() => {
  [clock, gate, switches, probes, ending] = [new FakeClock(), new StatedGate(), [], [], new AbortController()];
  first = new ScriptedTextToSpeech(clock, { name: 'a/1' });
  second = new ScriptedTextToSpeech(clock, { name: 'b/2' });
});
afterEach(() => gate.expectNobodyInside(clock));

function session() {
  const links = [first, second].map((voice) => ({ voice, voiceId: `voice of ${voice.name}` }));
  const nameOf = ({ voice }: VoiceLink) => voice.name;
  const chain = someChain('voice', links, { gate, clock, patienceMs: 700, nameOf, probes });
  return new FallbackTextToSpeech(chain).open({
    ...{ callId: 'call', voiceId: 'ignored', language: 'en', rateHz: 8_000, signal: ending.signal },
    onSwitch: (change) => void switches.push(change),
  });
}

async function spoken(of: ReturnType<typeof session>, text = TEXT) {
  const speaking = readAll<Spoken>(of.speak(text, { signal: ending.signal }));
  await clock.advance(3_000);
  const { seen, error } = await speaking;
  return { samples: seen.reduce((sum, { samples }) => sum + samples.length, 0), error };
}
const WHOLE = { samples: 7_200, error: undefined };
const changesOf = () => switches.map(({ stage, from, to, reason }) => `${stage} ${from} > ${to}: ${reason}`);

describe('a chain of voices', () => {
  it('takes the socket of the first with the call, and of another one only when it is needed', async () => {
    const voices = session();
    expect([first.sessions.length, second.sessions.length]).toEqual([1, 0]);
    first.failAt(1);
    expect(await spoken(voices)).toEqual(WHOLE);
    expect(second.sessions).toMatchObject([{ callId: 'call', voiceId: 'voice of b/2' }]);
    expect(await spoken(voices)).toEqual(WHOLE);
    expect([first.sessions.length, second.sessions.length]).toEqual([1, 1]);
    expect(changesOf()).toEqual(['voice a/1 > b/2: failed']);
  });

  it('has the next speak when there is no sound in time; the first sound wins', async () => {
    first.hangAt(1);
    expect(await spoken(session())).toEqual(WHOLE);
    expect([first.pieces[0]?.state, changesOf()]).toEqual(['aborted', ['voice a/1 > b/2: slow']]);
  });

  it('takes a piece without a sound for a failure, and says nothing of nothing', async () => {
    const voices = session();
    const speak = first.open.bind(first);
    expect(await spoken(voices, ' ')).toEqual({ samples: 0, error: undefined });
    expect(switches).toEqual([]);
    first.open = (options) => ({ ...speak(options), speak: () => silence() });
    expect(await spoken(session())).toEqual(WHOLE);
    expect(changesOf()).toEqual(['voice a/1 > b/2: failed']);
  });

  it('cannot take back what sounded: the error comes through, and the piece is spoken anew by another', async () => {
    const voices = session();
    first.failAt(1, new ProviderError('a/1', 'unreachable'), 200);
    expect(await spoken(voices)).toMatchObject({ samples: 1_600, error: { provider: 'a/1' } });
    expect(await spoken(voices)).toEqual(WHOLE);
    expect(changesOf()).toEqual(['voice a/1 > b/2: failed']);
  });

  it('speaks with the second from the first word on while the first is down, and tries that beside it', async () => {
    gate.down.add('a/1');
    const voices = session();
    expect([first.sessions.length, second.sessions.length]).toEqual([0, 1]);
    expect(await spoken(voices)).toEqual(WHOLE);
    gate.tried.add('a/1');
    expect(await spoken(voices)).toEqual(WHOLE);
    expect(await spoken(voices)).toEqual(WHOLE);
    expect([probes, changesOf()]).toEqual([['a/1 answered'], ['voice a/1 > b/2: down', 'voice b/2 > a/1: healed']]);
  });

  it('stops with the piece, and with the call', async () => {
    const [voices, stop] = [session(), new AbortController()];
    const speaking = readAll(voices.speak(TEXT, { signal: stop.signal }));
    await clock.advance(50);
    stop.abort(new Error('barge-in'));
    expect(await speaking).toMatchObject({ seen: [], error: { message: 'barge-in' } });
    ending.abort(new Error('hung up'));
    expect((await readAll(voices.speak(TEXT, { signal: new AbortController().signal }))).error).toMatchObject({
      message: 'hung up',
    });
  });
});

/** Words, and nothing to be heard. */
async function* silence(): AsyncGenerator<Spoken> {
  yield { samples: new Int16Array(0), words: [{ text: 'One', startMs: 0, endMs: 300 }] };
}
