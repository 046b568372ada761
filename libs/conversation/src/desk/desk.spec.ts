import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallCommand } from '../log/command.js';
import { RehearsedCall } from '../testing/rehearsed-call.js';
import { SteppedCall } from '../testing/stepped-call.js';
import { soundOf } from '../speaking/sounds.js';

let call: RehearsedCall;
/** What the model answers, request by request. */
let answers: string[];

beforeEach(async () => {
  answers = [];
  call = await RehearsedCall.begin({ script: () => answers.shift() ?? 'It is on its way.' });
  await call.hearOut();
});

const ask = (command: CallCommand) => call.conversation.command(command, 'desk', 'c-1');
const done = (effect: string) => ({ done: effect });
const notes = () =>
  call.model.requests.at(-1)?.messages.flatMap((message) => (message.role === 'system' ? [message.text] : [])) ?? [];

/** How much was sent since, in ms, and whether any of it could be heard. */
async function sentWhile(act: () => Promise<void>): Promise<{ sentMs: number; loudest: number }> {
  const { length } = call.line.sent;
  await act();
  const sent = call.line.sent.slice(length);
  const loudest = sent.reduce((most, samples) => samples.reduce((m, sample) => Math.max(m, Math.abs(sample)), most), 0);
  return { sentMs: (sent.reduce((sum, samples) => sum + samples.length, 0) * 1_000) / 8_000, loudest };
}

describe('say', () => {
  it('is said word for word, told with its author, and remembered as the agent’s own', async () => {
    expect(ask({ type: 'say', text: 'We close at six.' })).toEqual(done('saying'));
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: We close at six.');
    const told = { type: 'command.obeyed', command: 'say', detail: null, author: 'desk', commandId: 'c-1' };
    expect(call.events).toContainEqual(told);
    await call.say('And on Sundays?');
    await call.hearOut();
    expect(call.told.slice(-2)).toEqual([{ role: 'agent', text: 'We close at six.' }, { role: 'caller', text: 'And on Sundays?' }]); // prettier-ignore
  });

  it('waits until the caller has said what they are saying, and is then the answer', async () => {
    await call.pass(400, true);
    expect(ask({ type: 'say', text: 'We close at six.' })).toEqual(done('waiting-to-say'));
    await call.say('When do you close?');
    await call.hearOut();
    expect(call.transcript.slice(-2)).toEqual(['caller: When do you close?', 'agent: We close at six.']);
    expect(call.events.filter(({ type }) => type === 'turn.ended')).toEqual([]);
  });

  it('takes the floor from what the agent says, which is remembered as far as it was heard', async () => {
    answers = ['One two three four five six seven eight nine ten eleven twelve.'];
    await call.say('Where is my order?');
    await call.pass(2_000);
    ask({ type: 'say', text: 'Let me correct that.' });
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: Let me correct that.');
    expect(call.transcript.at(-2)).toMatch(/^agent: One two .*—$/);
  });

  it('lets the greeting be said first, and what was asked for before it', async () => {
    call = await RehearsedCall.begin({ script: () => 'Yes.' });
    expect(ask({ type: 'say', text: 'First.' })).toEqual(done('waiting-to-say'));
    expect(ask({ type: 'say', text: 'Second.' })).toEqual(done('waiting-to-say'));
    await call.hearOut();
    await call.hearOut();
    expect(call.transcript).toEqual(['agent: Hello, this is Ada, an AI.', 'agent: First. Second.']);
  });
});

describe('whisper', () => {
  it('is told to the model from the next answer on, and to nobody else', async () => {
    expect(ask({ type: 'whisper', text: 'Offer the discount.' })).toEqual(done('noted'));
    expect((await sentWhile(() => call.pass(1_000))).sentMs).toBe(0);
    await call.say('Is that too much?');
    await call.hearOut();
    expect(notes().at(-1)).toContain('Offer the discount.');
    expect(call.transcript.join()).not.toContain('discount');
  });
});

describe('mute', () => {
  it('of the caller gives the recogniser silence, until it is taken back', async () => {
    expect(ask({ type: 'mute', side: 'caller' })).toEqual(done('muted'));
    await call.pass(600, true);
    expect(call.log.map(({ effects }) => effects).flat()).toContainEqual({ type: 'hear-caller', on: false });
    call.line.press('4');
    await call.pass(3_000);
    expect(call.transcript).toHaveLength(1);
    ask({ type: 'unmute', side: 'caller' });
    await call.say('Now you hear me.');
    await call.hearOut();
    expect(call.transcript.slice(-2)).toEqual(['caller: Now you hear me.', 'agent: It is on its way.']);
  });

  it('of the agent sends nothing more, keeps the words, and answers them when it is taken back', async () => {
    answers = ['One two three four five six seven eight nine ten.', 'Here I am.'];
    await call.say('Where is my order?');
    await call.pass(1_500);
    ask({ type: 'mute', side: 'agent' });
    expect(ask({ type: 'say', text: 'No.' })).toEqual({ refused: 'agent-muted' });
    const { sentMs } = await sentWhile(async () => {
      await call.say('Are you there?');
      await call.pass(4_000);
    });
    expect([sentMs, call.transcript.at(-1)]).toEqual([0, 'caller: Are you there?']);
    ask({ type: 'unmute', side: 'agent' });
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: Here I am.');
  });
});

describe('hold', () => {
  it('plays music for as long as it lasts, and hears nothing of the caller', async () => {
    expect(ask({ type: 'hold' })).toEqual(done('held'));
    const { sentMs, loudest } = await sentWhile(() => call.pass(60_000, true));
    expect(sentMs).toBeGreaterThan(59_000);
    expect(loudest).toBeGreaterThan(1_000);
    expect(ask({ type: 'say', text: 'No.' })).toEqual({ refused: 'on-hold' });
    expect(call.transcript).toHaveLength(1);
  });

  it('ends with words that were given, or with the agent’s own', async () => {
    ask({ type: 'hold' });
    await call.pass(2_000);
    expect(ask({ type: 'resume', text: 'Thank you for waiting.' })).toEqual(done('resumed'));
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: Thank you for waiting.');
    answers = ['I am back.'];
    ask({ type: 'hold' });
    await call.pass(2_000);
    ask({ type: 'resume', text: null });
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: I am back.');
    expect(call.told.at(-1)).toMatchObject({ role: 'caller', text: expect.stringContaining('on hold') });
  });

  it('is music alone, whatever is told of a provider meanwhile', () => {
    const stepped = SteppedCall.greeted();
    stepped.give({ type: 'command-given', command: { type: 'hold' }, author: 'desk' });
    const { epoch } = stepped;
    for (const stage of ['model', 'voice'] as const) {
      const failed = { type: 'provider-failed', stage, provider: 'a/b', code: 'x', retryable: true } as const;
      expect(stepped.give({ ...failed, epoch, piece: 0 }).map(({ type }) => type)).toEqual(['tell']);
    }
  });

  it('that was forgotten ends by itself', async () => {
    ask({ type: 'hold' });
    await call.pass(640_000);
    expect(call.events.map(({ type }) => type)).toContain('desk.left');
    expect(call.transcript).toContain('agent: It is on its way.');
  });
});

describe('play', () => {
  it('is heard, is no part of the transcript, and the call goes on after it', async () => {
    const beep = soundOf('beep', 8_000);
    const { sentMs, loudest } = await sentWhile(async () => {
      expect(ask({ type: 'play', sound: 'beep' })).toEqual(done('playing'));
      await call.pass(1_000);
    });
    expect([sentMs, loudest]).toEqual([(beep.length * 1_000) / 8_000, Math.max(...beep.map(Math.abs))]);
    expect(call.transcript).toHaveLength(1);
    await call.say('What was that?');
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: It is on its way.');
  });
});

describe('a phrase', () => {
  it('of the agent’s is said by its name', async () => {
    expect(ask({ type: 'say-phrase', phrase: 'oneMoment' })).toEqual(done('saying'));
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: One moment, please.');
  });
});

describe('digits and transfers', () => {
  it('go to the carrier', async () => {
    expect(ask({ type: 'send-digits', digits: '12' })).toEqual(done('digits-sent'));
    expect(call.line.digits).toEqual(['12']);
    expect(ask({ type: 'transfer', to: '+441632960001', text: 'I put you through.' })).toEqual(done('transferring'));
    expect(call.line.transferredTo).toEqual([]);
    expect(ask({ type: 'say', text: 'Wait.' })).toEqual({ refused: 'leaving' });
    await call.hearOut();
    expect([call.line.transferredTo, call.endReason]).toEqual([['+441632960001'], 'transferred']);
    expect(ask({ type: 'hold' })).toEqual({ refused: 'ended' });
  });

  it('that the carrier cannot do are refused, and the call goes on', async () => {
    const { CarrierError } = await import('../ports/index.js');
    const cannot = () => {
      throw new CarrierError('fake', 'cannot');
    };
    call.line.sendDigits = cannot;
    call.line.transfer = cannot;
    expect(ask({ type: 'send-digits', digits: '*' })).toEqual({ refused: 'carrier-cannot' });
    expect(ask({ type: 'transfer', to: '+441632960001', text: null })).toEqual({ refused: 'carrier-cannot' });
    await call.hearOut();
    expect(call.transcript.at(-1)).toBe('agent: Sorry, something went wrong here.');
    await call.say('Where is my order?');
    await call.hearOut();
    expect([call.transcript.at(-1), call.bugs]).toEqual(['agent: It is on its way.', []]);
  });
});

describe('a call that is taken over', () => {
  it('is answered by nobody but whoever took it, until it is given back with all that was said', async () => {
    expect(ask({ type: 'take-over' })).toEqual(done('taken-over'));
    const { sentMs } = await sentWhile(async () => {
      await call.say('I want to speak to a person.');
      await call.pass(9_000);
    });
    expect([sentMs, call.model.requests.length]).toEqual([0, 0]);
    ask({ type: 'say', text: 'I am a person.' });
    await call.hearOut();
    await call.say('Then tell me the price.');
    await call.pass(2_000);
    answers = ['It is ten pounds.'];
    expect(ask({ type: 'give-back', note: 'The price is ten pounds.' })).toEqual(done('given-back'));
    await call.hearOut();
    expect(call.transcript.slice(1)).toEqual([
      'caller: I want to speak to a person.',
      'agent: I am a person.',
      'caller: Then tell me the price.',
      'agent: It is ten pounds.',
    ]);
    expect(notes().at(-1)).toContain('The price is ten pounds.');
  });

  it('and left alone goes back to the agent', async () => {
    ask({ type: 'take-over' });
    await call.say('Hello?');
    await call.pass(130_000);
    expect(call.events.map(({ type }) => type)).toContain('desk.left');
    expect(call.transcript).toContain('agent: It is on its way.');
  });
});

describe('a call that is handed over', () => {
  it('keeps its history, and another agent goes on in its own voice', async () => {
    answers = ['One two three four five six seven eight nine ten.', 'I am Bo. How can I help?'];
    await call.say('Where is my order?');
    await call.pass(1_500);
    const { ScriptedLanguageModel, ScriptedSpeechToText, ScriptedTextToSpeech, FakeFunctionRunner, someSettings } =
      await import('../testing/index.js');
    const settings = someSettings();
    const voice = new ScriptedTextToSpeech(call.clock);
    const model = new ScriptedLanguageModel(call.clock, () => answers.pop() ?? '');
    const result = call.conversation.handOver(
      {
        settings: { ...settings, agent: { ...settings.agent, id: 'agent-2', name: 'Bo', persona: 'You sell.' } },
        ...{ voice, model, recogniser: new ScriptedSpeechToText(), functions: new FakeFunctionRunner(call.clock, []) },
      },
      'desk',
    );
    expect(result).toEqual(done('handed-over'));
    await call.hearOut();
    expect(call.events).toContainEqual({ type: 'agent.changed', agentId: 'agent-2', agentVersion: 1, before: 'agent-1' }); // prettier-ignore
    expect(call.transcript.at(-1)).toBe('agent: I am Bo. How can I help?');
    const told = model.requests.at(-1)?.messages ?? [];
    expect(told[0]?.role === 'system' && told[0].text).toContain('You sell.');
    expect(told.map((message) => ('text' in message ? message.text : ''))).toEqual(
      expect.arrayContaining(['Where is my order?', expect.stringMatching(/^One two .*—$/)]),
    );
    expect([voice.pieces.length > 0, call.bugs]).toEqual([true, []]);
  });
});
