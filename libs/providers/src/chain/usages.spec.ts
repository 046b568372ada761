import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ModelRequest, ProviderError, type ProviderUsage } from '@app/conversation/ports';
import { readAll, ScriptedLanguageModel, type ScriptedReply, ScriptedSpeechToText, ScriptedTextToSpeech } from '@app/conversation/testing'; // prettier-ignore
import { FakeClock } from '@app/kernel/testing';
import { someChain } from '../testing/some-chain.js';
import { StatedGate } from '../testing/stated-gate.js';
import { SpokenFormTextToSpeech } from '../tts/spoken-form/spoken-form.tts.js';
import { FallbackLanguageModel } from './fallback-language-model.js';
import { FallbackSpeechToText } from './fallback-speech-to-text.js';
import { FallbackTextToSpeech } from './fallback-text-to-speech.js';

let clock: FakeClock;
let gate: StatedGate;
let used: ProviderUsage[];
let stop: AbortController;
const onUsed = (usage: ProviderUsage): void => void used.push(usage);
beforeEach(() => {
  [clock, gate, used, stop] = [new FakeClock(), new StatedGate(), [], new AbortController()];
});
afterEach(() => gate.expectNobodyInside(clock));

const parts = () => ({ gate, clock, patienceMs: 1_000, nameOf: ({ name }: { name: string }) => name });

describe('what a chain of models used', () => {
  const model = (name: string, reply: ScriptedReply) => new ScriptedLanguageModel(clock, () => reply, { name });
  /** 1,200 characters and more are told. */
  const request = (): ModelRequest => ({
    ...{ requestId: '1', messages: [{ role: 'caller', text: 'a'.repeat(1_200) }], functions: [] },
    ...{ signal: stop.signal, onUsed },
  });
  const ask = (...models: ScriptedLanguageModel[]) =>
    readAll(new FallbackLanguageModel(someChain('model', models, parts())).reply(request()));

  it('is as the model told it', async () => {
    const told = { inputTokens: 300, cachedInputTokens: 200, outputTokens: 9 };
    const telling = Object.assign(model('a/one', {}), {
      async *reply() {
        yield { type: 'text', text: 'Yes.' } as const;
        yield { type: 'finished', reason: 'stop', usage: told } as const;
      },
    });
    await ask(telling);
    expect(used).toEqual([{ stage: 'model', provider: 'a/one', tokens: told }]);
  });

  it('is reckoned from lengths where the model tells nothing', async () => {
    await ask(model('a/one', { text: 'Forty characters of an answer, about it.' }));
    expect(used).toMatchObject([{ provider: 'a/one', estimated: true, tokens: { outputTokens: 10 } }]);
  });

  it('is told before the abort of a question returns', async () => {
    const asking = ask(model('a/one', { text: 'Four and no more.', tokenMs: 500 }));
    await clock.advance(600);
    stop.abort();
    expect(used).toMatchObject([{ provider: 'a/one', estimated: true, tokens: { outputTokens: 3 } }]);
    expect(used[0]).not.toHaveProperty('lost');
    await asking;
    expect(used).toHaveLength(1);
  });

  it('counts one that was too slow as asked in vain', async () => {
    const asking = ask(model('a/slow', { afterMs: 60_000, text: 'Late.' }), model('b/quick', { text: 'Here.' }));
    await clock.advance(1_500);
    await asking;
    expect(used.map(({ provider, lost }) => [provider, lost])).toEqual([
      ['a/slow', 'second'],
      ['b/quick', undefined],
    ]);
  });

  it('counts nothing of one that refused, and what was said of one that broke off', async () => {
    const refused: ScriptedReply = { error: new ProviderError('a/one', 'refused') };
    await ask(
      model('a/one', refused),
      model('b/two', { text: 'Half', error: new ProviderError('b/two', 'unreachable') }),
    );
    expect(used).toMatchObject([{ provider: 'b/two', lost: 'broken', estimated: true }]);
  });

  it('does not know how much one used that never answered', async () => {
    await ask(model('a/one', { error: new ProviderError('a/one', 'timed-out') }));
    expect(used).toEqual([{ stage: 'model', provider: 'a/one', tokens: null, lost: 'broken' }]);
  });
});

describe('what a chain of voices used', () => {
  const voice = (name: string, script = {}) =>
    new SpokenFormTextToSpeech(new ScriptedTextToSpeech(clock, { name, msPerWord: 300, ...script }));
  const speak = (text: string, ...voices: SpokenFormTextToSpeech[]) => {
    const links = voices.map((each) => ({ voice: each, voiceId: 'any', name: each.name }));
    const session = new FallbackTextToSpeech(someChain('voice', links, parts())).open({
      ...{ callId: '1', voiceId: 'any', language: 'en', rateHz: 8_000, signal: new AbortController().signal },
    });
    return readAll(session.speak(text, { signal: stop.signal, onUsed }));
  };

  it('is the text as it was spoken, and the sound of it', async () => {
    const speaking = speak('At 9:30.', voice('a/voice'));
    await clock.advance(5_000);
    await speaking;
    expect(used).toEqual([{ stage: 'voice', provider: 'a/voice', characters: 'At nine thirty.'.length, soundMs: 900 }]);
  });

  it('is all that was asked for where it is stopped, with the sound so far', async () => {
    const speaking = speak('One two three four.', voice('a/voice', { chunkMs: 100, paceMs: 100 }));
    await clock.advance(450);
    stop.abort();
    expect(used).toMatchObject([{ provider: 'a/voice', characters: 19 }]);
    expect(used[0]).not.toHaveProperty('lost');
    await speaking;
    expect(used).toHaveLength(1);
  });

  it('counts one that was too slow as asked in vain', async () => {
    const speaking = speak('One two.', voice('a/slow', { firstAudioMs: 60_000 }), voice('b/quick'));
    await clock.advance(5_000);
    await speaking;
    expect(used.map(({ provider, lost }) => [provider, lost])).toEqual([
      ['a/slow', 'second'],
      ['b/quick', undefined],
    ]);
  });
});

describe('what a chain of recognisers used', () => {
  const SECOND = new Int16Array(8_000);
  const open = (...recognisers: ScriptedSpeechToText[]) =>
    new FallbackSpeechToText(someChain('recogniser', recognisers, parts())).open({
      ...{ callId: '1', language: 'en', rateHz: 8_000, signal: stop.signal, onUsed },
    });
  const capabilities = { wordTimes: false, endpoints: false, wholeUtterances: true };

  it('is told with each utterance, and at the end before the abort returns', async () => {
    const session = await open(new ScriptedSpeechToText({ name: 'a/ear' }));
    for (let n = 0; n < 3; n += 1) session.push(SECOND);
    session.finish();
    session.push(SECOND);
    stop.abort();
    expect(used).toEqual([
      { stage: 'recogniser', provider: 'a/ear', soundMs: 3_000 },
      { stage: 'recogniser', provider: 'a/ear', soundMs: 1_000 },
    ]);
  });

  it('is the utterances alone for one that hears nothing else', async () => {
    const session = await open(new ScriptedSpeechToText({ name: 'a/files', capabilities }));
    for (let n = 0; n < 3; n += 1) session.push(SECOND);
    session.begin?.(100);
    session.push(SECOND);
    session.finish();
    stop.abort();
    expect(used).toEqual([{ stage: 'recogniser', provider: 'a/files', soundMs: 1_300 }]);
  });

  it('counts what another one heard again as a second time', async () => {
    const [first, second] = [new ScriptedSpeechToText({ name: 'a/ear' }), new ScriptedSpeechToText({ name: 'b/ear' })];
    const session = await open(first, second);
    for (let n = 0; n < 2; n += 1) session.push(SECOND);
    first.fail();
    await clock.advance(10);
    session.push(SECOND);
    stop.abort();
    expect(used).toEqual([
      { stage: 'recogniser', provider: 'a/ear', soundMs: 2_000 },
      { stage: 'recogniser', provider: 'b/ear', soundMs: 2_000, lost: 'second' },
      { stage: 'recogniser', provider: 'b/ear', soundMs: 1_000 },
    ]);
  });
});
