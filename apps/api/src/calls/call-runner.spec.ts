import { beforeEach, describe, expect, it } from '@jest/globals';
import { PlayoutClock } from '@app/audio';
import { PhraseCache, phraseVoiceOf } from '@app/conversation';
import { type FunctionRunner, StoreError } from '@app/conversation/ports';
import {
  FakeFunctionRunner,
  type FakeLine,
  FakeVoiceDetector,
  ScriptedLanguageModel,
  ScriptedSpeechToText,
  ScriptedTextToSpeech,
} from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { PriceList, UnknownProvider } from '@app/providers';
import { uuid } from '../testing/fake-centre.js';
import type { ArrivedCall } from './arrived-call.js';
import { CallBooks } from './call-books.js';
import { CallRunner } from './call-runner.js';
import { Recordings } from './recording/recordings.js';
import { agentSettings, arrivedCall, FakeStores, logLines } from './testing/carrying-fakes.js';

let clock: FakeClock;
let stores: FakeStores;
let lines: Record<string, unknown>[];
let gauges: number[];
let measured: string[];
let books: CallBooks;
let runner: CallRunner;
let over: string[];
/** Thrown in place of the model, as long as it is there. */
let noModel: Error | undefined;
/** Some provider of each stage is well. */
let canCarry: boolean;
let functions: FunctionRunner;
let costs: string[];
/** What models cost, as far as the chains asked. */
let compared: (number | undefined)[] | undefined;
let listening: ScriptedSpeechToText;
let phrases: PhraseCache;

beforeEach(() => {
  clock = new FakeClock();
  stores = new FakeStores(clock);
  const { log, lines: logged } = logLines();
  [lines, gauges, measured, over, noModel, canCarry] = [logged, [], [], [], undefined, true];
  functions = new FakeFunctionRunner(clock, []);
  [costs, compared, listening] = [[], undefined, new ScriptedSpeechToText()];
  phrases = new PhraseCache();
  books = new CallBooks({ ...stores.parts(), clock, log, linesPerAgent: 2 });
  const model = new ScriptedLanguageModel(clock, () => 'Yes.');
  runner = new CallRunner({
    clock,
    log,
    books,
    metrics: {
      callsLive: (count) => void gauges.push(count),
      callSetUp: () => void measured.push('set-up'),
      callTurnedAway: (reason, answer) => void measured.push(`${reason}: ${answer}`),
      turnStage: () => void measured.push('turn'),
      providerFailed: () => void measured.push('failed'),
      providerSwitched: () => void measured.push('switched'),
      providerCost: (...cost) => void costs.push(cost.join(' ')),
      providerUnpriced: (...what) => void costs.push(`unpriced ${what.join(' ')}`),
    },
    chains: {
      canCarry: () => canCarry,
      cheaperModel: (_named, usdOf) => {
        compared = [usdOf('openai/gpt-6-luna'), usdOf('nobody/knows')];
        return undefined;
      },
      recogniser: () => listening,
      of: () => {
        if (noModel) throw noModel;
        return { recogniser: listening, model, voice: new ScriptedTextToSpeech(clock) };
      },
    },
    catalog: {
      speech: () => undefined,
    },
    detector: new FakeVoiceDetector(),
    playout: new PlayoutClock(clock, { onFailure: (error) => lines.push({ error }) }),
    phrases,
    recordings: new Recordings({ clock, log, folder: 'nowhere' }),
    persons: { callerFrom: () => undefined },
    functionsFor: () => functions,
    prices: new PriceList(),
  });
});

/** Carries a call for so long; `over` tells when all about it is written down. */
async function carry(call: ArrivedCall, forMs = 5_000): Promise<void> {
  void runner.carry(call).then(() => over.push(call.id));
  await clock.advance(forMs);
}

const typesTold = (n: number) => stores.told.filter(({ callId }) => callId === uuid(n)).map(({ event }) => event.type);
const lineOf = (msg: string) => lines.filter((line) => line['msg'] === msg);

describe('a call that is carried', () => {
  it('is greeted, told of, logged, and leaves its line and its end behind', async () => {
    const call = arrivedCall(1);
    await carry(call);
    expect(call.line.sentMs).toBeGreaterThan(500);
    expect([runner.size, stores.leases.length]).toEqual([1, 1]);
    expect(stores.live.get(call.id)).toMatchObject({ startedAt: '1970-01-01T00:00:00.000Z' });
    call.line.close();
    await clock.advance(0);

    expect(over).toEqual([call.id]);
    expect(typesTold(1)).toEqual(['call.started', 'agent.spoke', 'call.ended']);
    expect((await stores.logs.read(call.id)).at(-1)).toContain('"line-closed"');
    expect(stores.live.get(call.id)).toMatchObject({
      endReason: 'caller-hung-up',
      endedAt: '1970-01-01T00:00:05.000Z',
    });
    expect([runner.size, stores.leases.length, stores.jobs.has(call.id)]).toEqual([0, 0, true]);
    expect([gauges[0], gauges.at(-1), measured]).toEqual([1, 0, ['set-up']]);
    expect(lines).toMatchObject([{ msg: 'call started' }, { msg: 'call ended', endReason: 'caller-hung-up' }]);
    expect(clock.waiting).toBe(0);
  });

  it('counts what its providers cost, and what has no price', async () => {
    const call = arrivedCall(1);
    await carry(call);
    const { onUsed } = listening.sessions[0]?.options ?? {};
    onUsed?.({ stage: 'recogniser', provider: 'openai/gpt-transcribe', soundMs: 60_000 });
    onUsed?.({ stage: 'recogniser', provider: 'nobody/knows', soundMs: 60_000, lost: 'second' });
    call.line.close();
    await clock.advance(0);

    expect(costs).toEqual(['recogniser openai/gpt-transcribe none 0.0045', 'unpriced recogniser nobody/knows']);
    expect((await stores.logs.read(call.id)).join('\n')).toContain('"usd":0.0045');
  });

  it('tells what passed over its line, and keeps it with the log', async () => {
    const call = arrivedCall(1);
    await carry(call);
    const told = await runner.take(call.id, { type: 'tell-counts', author: 'stats' }, 'c-1');
    expect(told).toMatchObject({ state: 'done', counts: { framesIn: 0, soundOutMs: call.line.sentMs } });
    call.line.close();
    await clock.advance(0);

    expect((await stores.logs.read(call.id)).at(-1)).toContain(`"soundOutMs":${call.line.sentMs}`);
  });

  it.each([
    [undefined, { state: 'refused', why: 'line-unknown' }],
    [9_999, { state: 'refused', why: 'line-sounds' }],
    [10_000, { state: 'done', effect: 'line-lost' }],
  ])('and that its carrier does not have any more is lost if nothing came over its line for 10 s (%s)', async (quietMs, answer) => {
    const call = arrivedCall(1);
    Object.assign(call.line, { quietMs, leave: () => call.line.close('lost') });
    await carry(call);
    expect(await runner.take(call.id, { type: 'carrier-gone', author: 'reconciliation' }, 'c-1')).toEqual(answer);
    await clock.advance(0);

    const isOver = answer.state === 'done';
    expect([over, call.line.hungUp]).toEqual([isOver ? [call.id] : [], false]);
    expect(stores.live.get(call.id)?.endReason ?? null).toBe(isOver ? 'line-lost' : null);
  }); // prettier-ignore

  it('looks for a cheaper model where there is a budget, by what an answer costs', async () => {
    await carry(arrivedCall(1));
    expect(compared).toBeUndefined();
    stores.settings = agentSettings({ budget: { usd: 0.5 } });
    await clock.advance(10_000);
    await carry(arrivedCall(2));
    expect(compared).toEqual([expect.closeTo(0.000095, 9), undefined]);
  });

  it('goes on while every store is gone, when its agent is known', async () => {
    await books.settingsOf(arrivedCall(1).number.agentId);
    stores.down.add('postgres').add('redis');
    const call = arrivedCall(1);
    await carry(call);
    expect([runner.size, call.line.hungUp, call.line.sentMs > 500]).toEqual([1, false, true]);
    stores.down.clear();
    call.line.close();
    await clock.advance(0);
    expect(stores.live.get(call.id)).toMatchObject({ startedAt: '1970-01-01T00:00:00.000Z' });
    expect(over).toEqual([call.id]);
  });

  it('gives its line back at once, also while its end waits for Redis', async () => {
    const call = arrivedCall(1);
    books.open();
    await carry(call, 1_000);
    stores.down.add('redis');
    call.line.close();
    await clock.advance(4_000);
    stores.down.delete('redis');
    expect([over, runner.size]).toEqual([[], 0]);
    await clock.advance(6_000);
    expect([over, stores.renewed]).toEqual([[call.id], []]);
    books.close();
  });
});

describe('a call that cannot be carried', () => {
  const overflow = { message: 'All lines are busy.', transferTo: '+441632960002' };

  /** As the process does when it starts. */
  async function warm(settings = agentSettings({ overflow })): Promise<void> {
    stores.settings = settings;
    const warming = phrases.warm(settings, new ScriptedTextToSpeech(clock), 8_000, new AbortController().signal);
    await clock.advance(20_000);
    await warming;
  }

  /** The sound of a phrase, as it was rendered. */
  const rendered = (text: string) =>
    phrases.find(phraseVoiceOf(stores.settings, 8_000), text)?.samples ?? new Int16Array();
  const sentOn = ({ line }: { line: FakeLine }) => line.sent.flatMap((samples) => [...samples]);

  it('hears the message and goes to the overflow number when no line is free', async () => {
    await warm();
    await carry(arrivedCall(1), 0);
    await carry(arrivedCall(2), 0);
    const call = arrivedCall(3);
    await carry(call);
    expect(sentOn(call).slice(0, 9_600)).toEqual([...rendered(overflow.message)]);
    expect([call.line.transferredTo, runner.size, over]).toEqual([[overflow.transferTo], 2, [call.id]]);
    expect(typesTold(3)).toEqual(['call.started', 'call.turned-away', 'agent.spoke', 'call.ended']);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'no-line' });
    expect([stores.jobs.has(call.id), stores.leases.length]).toEqual([true, 2]);
    expect(lineOf('call turned away')).toMatchObject([{ callId: call.id, reason: 'no-line' }]);
    expect(measured).toContain('no-line: transferred');
  });

  it('is hung up at once, and kept, when there is nothing to say and nowhere to go', async () => {
    for (const n of [1, 2]) await carry(arrivedCall(n), 0);
    const call = arrivedCall(3);
    await carry(call, 0);
    expect([call.line.hungUp, call.line.sentMs, over]).toEqual([true, 0, [call.id]]);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'no-line' });
    expect(measured).toContain('no-line: hung-up');
  });

  it('goes to the overflow number without a word when the message is not rendered', async () => {
    stores.settings = agentSettings({ overflow });
    for (const n of [1, 2]) await carry(arrivedCall(n), 0);
    const call = arrivedCall(3);
    await carry(call, 0);
    expect([call.line.sentMs, call.line.transferredTo]).toEqual([0, [overflow.transferTo]]);
  });

  it('is told so no more than ten at once: beyond them, callers are hung up', async () => {
    await warm();
    for (const n of [1, 2]) await carry(arrivedCall(n), 0);
    const calls = Array.from({ length: 12 }, (_, n) => arrivedCall(n + 3));
    for (const call of calls) await carry(call, 0);
    expect(calls.filter(({ line }) => line.hungUp)).toHaveLength(2);
    expect([runner.size, over]).toEqual([2, calls.slice(10).map(({ id }) => id)]);
    await clock.advance(5_000);
    expect(calls.filter(({ line }) => line.transferredTo.length > 0)).toHaveLength(10);
    const next = arrivedCall(20);
    await carry(next);
    expect(next.line.transferredTo).toHaveLength(1);
  });

  it('hears an apology when its provider is not here, outside the lines, and no other call notices', async () => {
    await warm(agentSettings({ overflow: { ...overflow, transferTo: null } }));
    const other = arrivedCall(1);
    await carry(other, 0);
    noModel = new UnknownProvider('model', 'nobody/any', ['openai']);
    const call = arrivedCall(2);
    await carry(call, 0);
    expect(stores.leases).toMatchObject([{ callId: other.id }]);
    await clock.advance(5_000);
    expect(sentOn(call).slice(0, 4_800)).toEqual([...rendered('I am sorry, I cannot go on.')].slice(0, 4_800));
    expect([call.line.hungUp, over, runner.size]).toEqual([true, [call.id], 1]);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'provider-lost' });
    expect(measured).toContain('provider-lost: told');
    expect(lineOf('call could not be carried')).toMatchObject([
      { callId: call.id, error: { code: 'provider.unknown' } },
    ]);
    expect(other.line.hungUp).toBe(false);
    expect(typesTold(1)).not.toContain('call.ended');
  });

  it('is turned away before it takes a line when nobody of a stage is well', async () => {
    await warm(agentSettings({ overflow: { ...overflow, transferTo: null } }));
    canCarry = false;
    const call = arrivedCall(1);
    await carry(call, 0);
    expect(stores.leases).toEqual([]);
    await clock.advance(5_000);
    expect([call.line.hungUp, measured]).toEqual([true, ['provider-lost: told']]);
  });

  it('is hung up and kept as missed when its agent cannot be read', async () => {
    stores.settingsError = new StoreError('postgres', 'not-found', { detail: 'agent' });
    const call = arrivedCall(1);
    await carry(call, 0);
    expect([call.line.hungUp, over, stores.missed.length]).toEqual([true, [call.id], 1]);
    expect([stores.live.size, stores.leases.length]).toEqual([0, 0]);
  });
});

describe('a bug in one conversation', () => {
  it('ends that call, once and as failed, and no other', async () => {
    const other = arrivedCall(1);
    await carry(other);
    const call = arrivedCall(2);
    stores.onTold = (callId, { type }) => {
      if (callId === call.id && type === 'agent.spoke') throw new TypeError('not a function');
    };
    await carry(call);
    expect([call.line.hungUp, over]).toEqual([true, [call.id]]);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'failed' });
    expect(lineOf('bug ended the call')).toMatchObject([{ callId: call.id }]);
    expect([other.line.hungUp, runner.size]).toEqual([false, 1]);
  });

  it('ends only its call also before that has begun', async () => {
    functions = { run: functions.run.bind(functions), definitions: undefined as never };
    const call = arrivedCall(1);
    await carry(call);
    expect([call.line.hungUp, over, runner.size, stores.leases.length]).toEqual([true, [call.id], 0, 0]);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'failed' });
  });
});

describe('a command', () => {
  it('reaches the call it is for, and no other', async () => {
    const [call, other] = [arrivedCall(1), arrivedCall(2)];
    await carry(call);
    await carry(other);
    expect(await runner.take(call.id, { type: 'hang-up', author: 'desk' }, 'c-1')).toEqual({
      state: 'done',
      effect: 'hung-up',
    });
    await clock.advance(0);
    expect([call.line.hungUp, other.line.hungUp, over]).toEqual([true, false, [call.id]]);
    expect(stores.live.get(call.id)).toMatchObject({ endReason: 'operator-hung-up' });
    expect((await stores.logs.read(call.id)).join('\n')).toContain('"author":"desk"');
  });

  it('to a call that is not here, or is over, is answered so', async () => {
    const command = { type: 'hang-up', author: 'desk' } as const;
    expect(await runner.take(uuid(9), command, 'c-1')).toEqual({ state: 'no-such-call' });
    const call = arrivedCall(1);
    await carry(call);
    call.line.close();
    await clock.advance(0);
    expect(await runner.take(call.id, command, 'c-1')).toEqual({ state: 'no-such-call' });
  });

  it('hands it to another agent only while somebody could speak for that one', async () => {
    const call = arrivedCall(1);
    await carry(call);
    const asked = { type: 'hand-over', agentId: call.number.agentId, author: 'desk' } as const;
    canCarry = false;
    expect(await runner.take(call.id, asked, 'c-1')).toEqual({ state: 'refused', why: 'agent-unable' });
    canCarry = true;
    expect(await runner.take(call.id, asked, 'c-2')).toEqual({ state: 'done', effect: 'handed-over' });
    expect(typesTold(1)).toContain('agent.changed');
  });

  it('of a stop ends every call', async () => {
    const calls = [arrivedCall(1), arrivedCall(2)];
    for (const call of calls) await carry(call);
    expect(runner.size).toBe(2);
    runner.endAll();
    await clock.advance(0);
    expect(calls.map(({ line }) => line.hungUp)).toEqual([true, true]);
    expect([runner.size, over.length, stores.leases.length, clock.waiting]).toEqual([0, 2, 0, 0]);
  });
});
