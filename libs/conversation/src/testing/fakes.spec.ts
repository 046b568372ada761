import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { FakeFunctionRunner } from './fake-function-runner.js';
import { readAll } from './far-end.js';
import { ScriptedLanguageModel } from './scripted-language-model.js';
import { ScriptedSpeechToText } from './scripted-speech-to-text.js';
import { ScriptedTextToSpeech } from './scripted-text-to-speech.js';

const signal = new AbortController().signal;

describe('the scripted recogniser', () => {
  it('settles what it guessed when it is asked to finish', async () => {
    const [clock, ending] = [new FakeClock(), new AbortController()];
    const recogniser = new ScriptedSpeechToText({ settles: { clock, afterMs: 150 } });
    const options = { callId: 'c', language: 'en-GB', rateHz: 8_000 as const, signal: ending.signal };
    const session = await recogniser.open(options);
    session.push(new Int16Array(8_000));
    recogniser.change('two words');
    session.finish();
    await clock.advance(150);
    ending.abort();
    expect((await readAll(session.heard)).seen).toEqual([
      { type: 'words-changed', text: 'two words' },
      {
        type: 'words-settled',
        text: 'two words',
        confidence: 1,
        words: [
          { text: 'two', startMs: 500, endMs: 750 },
          { text: 'words', startMs: 750, endMs: 1_000 },
        ],
      },
    ]);
    expect(clock.waiting).toBe(0);
  });
});

describe('the scripted model', () => {
  it('keeps its times, and remembers what it was asked', async () => {
    const clock = new FakeClock();
    const model = new ScriptedLanguageModel(clock, [{ afterMs: 300, text: 'Four it is.', tokenMs: 10 }]);
    const messages = [{ role: 'caller' as const, text: 'Three?' }];
    const answering = readAll(model.reply({ requestId: 'c/1', messages, functions: [], signal }));
    await clock.advance(319);
    messages.push({ role: 'caller', text: 'Hello?' });
    await clock.advance(1);
    const { seen: parts } = await answering;
    expect(parts.map((part) => (part.type === 'text' ? part.text : part.type))).toEqual([
      'Four ',
      'it ',
      'is.',
      'finished',
    ]);
    expect(model.requests[0]?.messages).toEqual([{ role: 'caller', text: 'Three?' }]);
  });

  it('throws when it has no line left', async () => {
    const model = new ScriptedLanguageModel(new FakeClock(), []);
    const answering = readAll(model.reply({ requestId: 'c/1', messages: [], functions: [], signal }));
    expect(await answering).toMatchObject({ error: { message: 'the script has no line left for request 1' } });
  });
});

describe('the scripted voice', () => {
  const options = { callId: 'c', voiceId: 'v', language: 'en-GB', rateHz: 8_000 as const, signal };

  it('sounds as long as its words do, and each sample tells its place', async () => {
    const clock = new FakeClock();
    const speaking = readAll(new ScriptedTextToSpeech(clock).open(options).speak('One two.', { signal }));
    await clock.advance(100);
    const { seen: spoken } = await speaking;
    expect(spoken.flatMap(({ samples }) => [...samples])).toEqual(Array.from({ length: 4_800 }, (_, n) => n + 1));
    expect(spoken.flatMap(({ words }) => words)).toEqual([
      { text: 'One', startMs: 0, endMs: 300 },
      { text: 'two.', startMs: 300, endMs: 600 },
    ]);
  });

  it('fails and hangs where it was told to', async () => {
    const [clock, giveUp] = [new FakeClock(), new AbortController()];
    const voice = new ScriptedTextToSpeech(clock);
    voice.failAt(1, undefined, 200);
    voice.hangAt(2);
    const session = voice.open(options);
    const failing = readAll(session.speak('One two.', { signal }));
    const hanging = readAll(session.speak('Three.', { signal: giveUp.signal }));
    await clock.advance(10_000);
    expect(voice.pieces.map(({ state }) => state)).toEqual(['failed', 'running']);
    giveUp.abort(new Error('enough'));
    expect(await hanging).toMatchObject({ seen: [], error: { message: 'enough' } });
    expect(await failing).toMatchObject({ seen: [{}, {}], error: { code: 'provider.unreachable' } });
    expect(voice.pieces[1]?.state).toBe('aborted');
  });
});

describe('the function runner', () => {
  const run = { callId: 'c', key: 'k', argumentsJson: '{}', signal };

  it('does a change once a key, and a reading as often as it is asked', async () => {
    const runner = new FakeFunctionRunner(new FakeClock(), [{ name: 'book', effect: 'changes' }, { name: 'look' }]);
    for (const name of ['book', 'book', 'look', 'look']) await runner.run({ ...run, name });
    expect([runner.timesDone('book'), runner.timesDone('look')]).toEqual([1, 2]);
  });

  it('stops a reading when it is aborted, and never a change', async () => {
    const [clock, stop] = [new FakeClock(), new AbortController()];
    const functions = [
      { name: 'book', effect: 'changes' as const, afterMs: 500 },
      { name: 'look', afterMs: 500 },
    ];
    const runner = new FakeFunctionRunner(clock, functions);
    const results = ['book', 'look'].map((name) => runner.run({ ...run, name, signal: stop.signal }));
    stop.abort();
    await clock.advance(500);
    expect((await Promise.all(results)).map(({ ok }) => ok)).toEqual([true, false]);
  });
});
