import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogEntry, writeEntry } from '@app/conversation';
import type { CallEvent } from '@app/conversation/ports';
import { type ApiUnderTest, KEY, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { liveCall, someAgent, storedCall } from '../testing/some-calls.js';

const spoke = (text: string): CallEvent => ({
  type: 'caller.spoke',
  turn: 1,
  text,
  confidence: 1,
  startMs: 0,
  endMs: 1,
});
const DIGIT: CallEvent = { type: 'digit.pressed', digit: '4' };
const ENDED: CallEvent = { type: 'call.ended', reason: 'caller-hung-up', durationMs: 9 };

let api: ApiUnderTest;
let logged: number;
beforeEach(async () => {
  api = await startApi();
  logged = 0;
  api.centre.agents.push(someAgent());
  api.centre.live.push(liveCall(1));
});
afterEach(() => api.close());

/** Into the log alone. */
function write(...events: CallEvent[]): void {
  const log = api.centre.liveLogs.open(uuid(1));
  for (const event of events) {
    const entry: LogEntry = {
      seq: logged,
      atMs: logged,
      input: { type: 'line-up' },
      effects: [{ type: 'tell', event }],
    };
    log.append(writeEntry(entry));
    logged += 1;
  }
}

/** On the feed alone. */
const publish = (seq: number, event: CallEvent) =>
  api.centre.listeners.forEach(({ tell }) => tell({ callId: uuid(1), seq, atMs: seq - 1, event }));

/** A listener: what came, an id and a type each. */
async function listen(path: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const answer = await fetch(`${api.url}/api/v1/calls/${uuid(1)}/${path}`, {
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    signal: stop.signal,
  });
  const reader = answer.body?.getReader();
  let text = '';
  const next = async (): Promise<boolean> => {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += Buffer.from((value as Uint8Array | undefined) ?? []).toString();
    return !done;
  };
  const came = () => [...text.matchAll(/^id: (\d+)\nevent: (.*)$/gm)].map(([, id, event]) => `${id} ${event}`);
  const until = async (count: number) => {
    for (; came().length < count && (await next()););
    return came();
  };
  const rest = async () => {
    for (; await next(););
    return came();
  };
  return { status: answer.status, until, rest, stop: () => stop.abort() };
}

describe('the events of a call, as they happen', () => {
  it('begin with what was told before, and go on without a gap or a repeat', async () => {
    write(spoke('one'), DIGIT);
    const listener = await listen('events/stream');
    expect(await listener.until(2)).toEqual(['1 caller.spoke', '2 digit.pressed']);
    publish(2, DIGIT);
    publish(3, spoke('two'));
    expect(await listener.until(3)).toHaveLength(3);
    write(spoke('two'), DIGIT, ENDED);
    publish(5, ENDED); // the fourth was lost
    expect(await listener.rest()).toEqual(['1 caller.spoke', '2 digit.pressed', '3 caller.spoke', '4 digit.pressed', '5 call.ended']); // prettier-ignore
    expect(api.centre.listeners).toEqual([]);
  });

  it('wait for a log that is behind the feed', async () => {
    write(spoke('one'));
    const listener = await listen('events/stream');
    await listener.until(1);
    publish(3, spoke('three'));
    await api.clock.advance(120);
    write(DIGIT, spoke('three'));
    await api.clock.advance(120);
    expect(await listener.until(3)).toEqual(['1 caller.spoke', '2 digit.pressed', '3 caller.spoke']);
    listener.stop();
  });

  it('go on where a listener was, by the header or the query', async () => {
    write(spoke('one'), DIGIT, ENDED);
    expect(await (await listen('events/stream', { 'last-event-id': '1' })).rest()).toEqual(['2 digit.pressed', '3 call.ended']); // prettier-ignore
    expect(await (await listen('events/stream?after=2')).rest()).toEqual(['3 call.ended']);
    expect((await listen('events/stream?after=3')).status).toBe(204);
    expect((await listen('events/stream', { 'last-event-id': 'x' })).status).toBe(400);
    expect((await listen('events/stream?after=-1')).status).toBe(400);
  });

  it('are only what was said, for the transcript', async () => {
    write(spoke('one'), DIGIT, spoke('two'), ENDED);
    expect(await (await listen('transcript/stream')).rest()).toEqual(['1 caller.spoke', '3 caller.spoke', '4 call.ended']); // prettier-ignore
  });

  it('end when the call was closed by somebody else', async () => {
    write(spoke('one'));
    const listener = await listen('events/stream');
    await listener.until(1);
    const events = [{ seq: 0, atMs: 0, type: 'caller.spoke', data: { text: 'one' } }];
    api.centre.stored.push(storedCall(1, { endReason: 'node-lost', events }));
    await api.clock.advance(10_000);
    expect(await listener.rest()).toEqual(['1 caller.spoke']);
  });

  it('end for whoever listens with a key that is revoked', async () => {
    write(spoke('one'));
    const listener = await listen('events/stream');
    await listener.until(1);
    api.centre.keys.delete(KEY);
    await api.clock.advance(10_000);
    expect(await listener.rest()).toEqual(['1 caller.spoke']);
    expect(api.centre.listeners).toEqual([]);
  });

  it('of a call that nobody knows are not found', async () => {
    expect(await api.ask(`/api/v1/calls/${uuid(7)}/events/stream`)).toMatchObject({ status: 404, body: { code: 'call.not-found' } }); // prettier-ignore
  });
});

describe('the events of a call, listed', () => {
  it('come in order, from a number on, as many as are asked for', async () => {
    write(spoke('one'), DIGIT, ENDED);
    const get = (query: string) => api.ask(`/api/v1/calls/${uuid(1)}/events${query}`);
    expect(await get('?after=1&limit=1')).toMatchObject({ body: { events: [{ seq: 2, type: 'digit.pressed', data: { digit: '4' } }], isOver: false } }); // prettier-ignore
    expect(await get('?after=2')).toMatchObject({ body: { events: [{ seq: 3 }], isOver: true } });
    expect(await get('?limit=0')).toMatchObject({ status: 400 });
  });
});

describe('the stages of turns', () => {
  it('are told one after another, where they are known', async () => {
    const latency = {
      ...{ turn: 1, voiceStoppedMs: 3_000, wordsSettledMs: 3_100, turnEndedMs: 3_300, askedMs: 3_300 },
      ...{ firstTokenMs: 3_500, firstSentenceMs: 3_600, firstAudioMs: null, audibleMs: 3_720, speculated: false },
    };
    api.centre.stored.push(storedCall(2, { latencies: [latency] }));
    expect(await api.ask(`/api/v1/calls/${uuid(2)}/latency`)).toMatchObject({
      body: {
        turns: [
          {
            turn: 1,
            responseMs: 720,
            stages: [
              { stage: 'settle', fromMs: 3_000, toMs: 3_100, tookMs: 100 },
              { stage: 'decide', tookMs: 200 },
              { stage: 'ask', tookMs: 0 },
              { stage: 'first-token', tookMs: 200 },
              { stage: 'sentence', tookMs: 100 },
            ],
          },
        ],
      },
    });
  });
});
