import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { TinyApi } from '../testing/tiny-api.js';
import {
  type Handset,
  RingoverCall,
  type RingoverCallEnd,
  type RingoverSwitches,
  USUAL_SWITCHES,
} from './ringover-call.js';
import { AFTER_CALL_EVENTS } from './webhook-bodies.js';

/** Sends a level that grows by one a frame, and keeps what it hears. */
class CountingHandset implements Handset {
  readonly heard: Int16Array[] = [];
  readonly over: Promise<RingoverCallEnd>;
  #end: (end: RingoverCallEnd) => void = () => undefined;

  constructor(private readonly onFrame: (index: number) => void = () => undefined) {
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  speak = (index: number): Int16Array => new Int16Array(160).fill(index + 1);

  hear(index: number, samples: Int16Array): void {
    this.heard.push(samples);
    this.onFrame(index);
  }

  ended(end: RingoverCallEnd): void {
    this.#end(end);
  }
}

const streamAudio = (level: number, lengthMs: number) =>
  JSON.stringify({
    type: 'streamAudio',
    data: {
      audioDataType: 'raw',
      sampleRate: 8_000,
      audioData: Buffer.from(new Int16Array(lengthMs * 8).fill(level).buffer).toString('base64'),
    },
  });

describe('a call at the virtual Ringover', () => {
  let api: TinyApi;
  let apiUrl: string;

  beforeEach(async () => {
    api = new TinyApi();
    apiUrl = await api.listen();
  });
  afterEach(() => api.close());

  const callWith = (switches: Partial<RingoverSwitches> = {}) =>
    new RingoverCall({
      route: {
        ...{ apiUrl, webhookToken: 'hook-token', callEventKey: 'key', mediaToken: 'media-token', rateHz: 8_000 },
        ...{ fromNumber: '+33612345678', toNumber: '+33184990011' },
      },
      switches: { ...USUAL_SWITCHES, retryDelaysMs: [10, 10], ...switches },
      carrierDelayMs: 60,
      clock: systemClock,
    });

  it('rings, is answered, streams and hangs up, in that order', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 4 && call.hangUp());
    await call.begin(handset);
    await expect(handset.over).resolves.toBe('caller-hung-up');
    await call.wentDown();
    expect(api.events).toEqual(['ringing', 'answered', 'hangup']);
    expect(api.hooks.map(({ path }) => path)).toEqual(Array(3).fill('/api/v1/webhooks/ringover/call-event/hook-token'));
    expect(api.hooks.filter(({ signature }) => signature?.split('.').length !== 3)).toEqual([]);
    expect(api.streamPath).toBe('/api/v1/media/ringover/media-token');
  });

  it('sends the metadata first, then a frame of 20 ms at a time', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 9 && call.hangUp());
    await call.begin(handset);
    await handset.over;
    expect(api.texts).toEqual([
      `{"call_id":${call.facts.callId},"from_number":"33612345678","to_number":"33184990011"}`,
    ]);
    expect(api.frames.map((frame) => [frame.length, frame.readInt16LE(0)])).toEqual(
      Array.from({ length: 10 }, (_, n) => [320, n + 1]),
    );
  });

  it('plays what it is sent after the delay, and drops the rest at a break', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 24 && call.hangUp());
    api.onStream = (socket) => socket.send(streamAudio(7, 1_000));
    api.onFrame = (socket, count) => count === 10 && socket.send('{"event":"break"}');
    await call.begin(handset);
    await handset.over;
    const [sound, cut] = call.received;
    expect(sound?.playsAtMs).toBeGreaterThanOrEqual(60);
    expect(cut).toMatchObject({ command: { type: 'break' }, droppedMs: expect.any(Number) });
    const heardMs = handset.heard.reduce((sum, frame) => sum + frame.filter((level) => level === 7).length / 8, 0);
    expect(heardMs).toBeCloseTo(1_000 - (cut?.droppedMs ?? 0), 0);
    expect(heardMs).toBeLessThan(400);
  });

  it('tells a hang-up of the agent from its own, and a lost line from both', async () => {
    const handset = new CountingHandset();
    api.onFrame = (socket) => socket.close(1_000);
    await callWith().begin(handset);
    await expect(handset.over).resolves.toBe('agent-closed');
    const other = new CountingHandset();
    api.onFrame = (socket) => socket.terminate();
    await callWith().begin(other);
    await expect(other.over).resolves.toBe('lost');
  });

  it('closes the stream when it is told to transfer', async () => {
    const handset = new CountingHandset();
    api.onFrame = (socket) => socket.send('{"event":"transfer","data":33123456789}');
    const call = callWith();
    await call.begin(handset);
    await expect(handset.over).resolves.toBe('transferred');
    await call.wentDown();
    expect(api.events.at(-1)).toBe('hangup');
  });

  it('tries a webhook again that was not taken, counting the attempts', async () => {
    api.statuses = [500, 503];
    const call = callWith();
    const handset = new CountingHandset(() => call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    const bodies = api.hooks.map(
      ({ body }) => JSON.parse(body) as { event: string; attempt: number; timestamp: number },
    );
    expect(bodies.map(({ event, attempt }) => `${event} ${attempt}`)).toEqual([
      'ringing 1',
      'ringing 2',
      'ringing 3',
      'answered 1',
      'hangup 1',
    ]);
    expect(new Set(bodies.slice(0, 3).map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(call.deliveries.map(({ status }) => status)).toEqual([500, 503, 204, 204, 204]);
  });

  it.each([
    ['answered-first', ['answered', 'ringing', 'hangup']],
    ['all-late', ['ringing', 'answered', 'hangup']],
  ] as const)('delivers out of order when it is %s', async (webhookOrder, events) => {
    const call = callWith({ webhookOrder });
    const handset = new CountingHandset((index) => index === 20 && call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    expect(api.events).toEqual(events);
  });

  it('tells what comes after the call, each in its way, and nothing of what is lost', async () => {
    const call = callWith({ afterCall: true, lostWebhooks: 'hangup', signature: 'none', clockSkewS: 3_600 });
    const handset = new CountingHandset(() => call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    expect(api.events).toEqual(['ringing', 'answered', ...AFTER_CALL_EVENTS]);
    expect(api.hooks.filter(({ signature }) => signature !== undefined)).toEqual([]);
    const { timestamp } = JSON.parse(api.hooks[0]?.body ?? '') as { timestamp: number };
    expect(timestamp - systemClock.date().getTime() / 1_000).toBeGreaterThan(3_500);
  });

  it('delivers everything twice when it is told to', async () => {
    const call = callWith({ duplicateWebhooks: true, metadata: 'none' });
    const handset = new CountingHandset(() => call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    expect(api.events).toEqual(['ringing', 'ringing', 'answered', 'answered', 'hangup', 'hangup']);
    expect(api.texts).toEqual([]);
  });

  it('says that the stream was refused', async () => {
    await api.close();
    await expect(callWith({ retryDelaysMs: [] }).begin(new CountingHandset())).rejects.toThrow(
      'refused the audio stream',
    );
  });
});
