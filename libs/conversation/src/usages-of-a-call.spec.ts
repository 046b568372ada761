import { afterEach, describe, expect, it } from '@jest/globals';
import { usagesOf } from './log/usage-book.js';
import type { LanguageModel, ProviderUsage, SpeechToText } from './ports/index.js';
import { RehearsedCall, someSettings } from './testing/rehearsed-call.js';
import { ScriptedSpeechToSpeech } from './testing/scripted-speech-to-speech.js';
import { ScriptedSpeechToText } from './testing/scripted-speech-to-text.js';

let call: RehearsedCall;
afterEach(() => {
  if (call.bugs.length > 0) throw call.bugs[0];
});

const used = () => usagesOf(call.log)?.map(({ turn, usage, waste }) => [turn, usage.stage, usage.provider, waste]);

/** A recogniser that tells what it was sent when words are asked for, and at its end. */
function countingRecogniser(): ScriptedSpeechToText {
  const recogniser = new ScriptedSpeechToText();
  const open: SpeechToText['open'] = recogniser.open.bind(recogniser);
  recogniser.open = async (options) => {
    const session = await open(options);
    const tell = () => options.onUsed?.({ stage: 'recogniser', provider: 'a/ear', soundMs: 1_000 });
    options.signal.addEventListener('abort', tell, { once: true });
    const finish = session.finish.bind(session);
    session.finish = () => {
      tell();
      finish();
    };
    return session;
  };
  return recogniser;
}

describe('what a call uses', () => {
  it('stands in its log, to the last second: what ends with the call is noted behind its end', async () => {
    call = await RehearsedCall.begin({ script: () => 'At nine.', recogniser: countingRecogniser() });
    await call.hearOut();
    await call.say('when do you open');
    await call.hearOut();
    call.line.close();
    await call.pass(0);
    expect(used()).toEqual([
      [1, 'recogniser', 'a/ear', null],
      [1, 'recogniser', 'a/ear', null],
    ]);
    expect(call.log.at(-1)?.input).toMatchObject({ type: 'provider-used', usage: { soundMs: 1_000 } });
    expect(call.record.endReason).toBe('caller-hung-up');
  });

  it('is counted for a model that is stopped in the middle by the end of the call', async () => {
    call = await RehearsedCall.begin({ script: () => ({ text: 'A long answer.', afterMs: 60_000 }) });
    await call.hearOut();
    const usage: ProviderUsage = { stage: 'model', provider: 'a/mind', tokens: null };
    const { reply } = call.model;
    call.model.reply = ((request) => {
      request.signal.addEventListener('abort', () => request.onUsed?.(usage), { once: true });
      return reply.call(call.model, request);
    }) as LanguageModel['reply'] as typeof reply;
    await call.say('when do you open');
    await call.pass(1_500);
    call.line.close();
    await call.pass(0);
    expect(used()).toEqual([[1, 'model', 'a/mind', 'unheard']]);
  });

  it('is priced by the driver, and kept to a budget by the machine', async () => {
    const settings = { ...someSettings(), budget: { usd: 1, closing: 'We must stop here.' } };
    call = await RehearsedCall.begin({
      ...{ script: () => 'At nine.', recogniser: countingRecogniser(), settings },
      priceOf: ({ stage }) => (stage === 'recogniser' ? 0.6 : undefined),
    });
    await call.hearOut();
    await call.say('when do you open');
    await call.hearOut();
    await call.say('and when do you close');
    await call.hearOut();
    await call.hearOut();
    expect(call.events.filter(({ type }) => type.startsWith('budget'))).toEqual([
      { type: 'budget.near', spentUsd: 1.2, budgetUsd: 1 },
      { type: 'budget.spent', spentUsd: 1.2, budgetUsd: 1 },
    ]);
    expect(call.transcript.at(-1)).toBe('agent: We must stop here.');
  });

  it('is what a model that speaks told of its tokens, and what it read aloud', async () => {
    call = await RehearsedCall.begin({
      script: () => '',
      speechFor: (clock) => new ScriptedSpeechToSpeech(clock, [{ text: 'We open at nine.' }]),
      warm: false,
    });
    await call.hearOut();
    await call.say('when do you open');
    await call.hearOut();
    expect(used()).toEqual([
      [0, 'voice', 'scripted/speech', null],
      [1, 'model', 'scripted/speech', null],
    ]);
  });
});
