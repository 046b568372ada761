import { beforeEach, describe, expect, it } from '@jest/globals';
import { CarrierError, type LineListener } from '@app/conversation/ports';
import { FakeLine } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarLine } from './far-line.js';
import { LentLine } from './lent-line.js';
import type { LineOffer } from './line-wire.js';

let clock: FakeClock;
let line: FakeLine;
let ears: Map<string, (message: Buffer) => void>;
/** Messages are lost. */
let isCut: boolean;
let told: string[];

const wire = {
  send: (name: string, message: Buffer | string) => {
    if (!isCut) ears.get(name)?.(Buffer.from(message));
  },
  hear: (name: string, tell: (message: Buffer) => void) => {
    ears.set(name, tell);
    return Promise.resolve(() => void ears.delete(name));
  },
};
const listener: LineListener = {
  frame: (samples) => void told.push(`frame ${samples[0]}`),
  digit: (digit) => void told.push(`digit ${digit}`),
  mark: () => undefined,
  closed: (end) => void told.push(end),
};

beforeEach(() => {
  [clock, line, ears, isCut, told] = [new FakeClock(), new FakeLine(), new Map(), false, []];
});

/** The same line at both nodes; nobody listens to it yet. */
async function offered() {
  const made = Promise.withResolvers<FarLine>();
  const take = (offer: Omit<LineOffer, 'carrierCallId'>) =>
    void FarLine.of({ ...offer, carrierCallId: null }, { wire, clock }).then(made.resolve, made.reject);
  const lent = LentLine.offer(line, { wire, clock }, take);
  return { far: await made.promise, lent };
}

async function listened() {
  const { far, lent } = await offered();
  far.listen(listener);
  await lent;
  return far;
}

describe('a line that is offered to another node', () => {
  it('stays with its own, unheard, when nobody takes it within two seconds', async () => {
    let isOver = false;
    const lent = LentLine.offer(line, { wire, clock }, () => undefined).finally(() => (isOver = true));
    await clock.advance(1_999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await lent).toBeUndefined();
    expect([ears.size, clock.waiting]).toEqual([0, 0]);
    line.listen(listener); // as whoever takes it instead
    line.say(7);
    expect(told).toEqual(['frame 7']);
  });

  it('is listened to by nobody before the call does', async () => {
    const { far } = await offered();
    line.say(7);
    far.send(new Int16Array(160));
    far.clear();
    expect([line.sent, line.clearedTimes]).toEqual([[], 0]);
    far.listen(listener);
    line.say(8);
    expect(told).toEqual(['frame 8']);
    expect(() => far.listen(listener)).toThrow('one listener');
  });

  it('can be hung up without a listener', async () => {
    const { far, lent } = await offered();
    far.hangUp();
    await (
      await lent
    )?.over;
    expect([line.hungUp, ears.size, clock.waiting]).toEqual([true, 0, 0]);
  });

  it('is lost for whoever listens too late', async () => {
    const { far } = await offered();
    await clock.advance(10_000);
    far.listen(listener);
    expect(told).toEqual(['lost']);
  });
});

describe('a line of another node', () => {
  it('is hung up also when the first word of it is lost', async () => {
    const far = await listened();
    isCut = true;
    far.hangUp();
    isCut = false;
    line.say(7);
    expect([line.hungUp, told]).toEqual([false, []]);
    await clock.advance(4_000);
    expect([line.hungUp, told, clock.waiting]).toEqual([true, ['closed'], 0]);
  });

  it('is closed, and not lost, when it was hung up and its node is gone', async () => {
    const far = await listened();
    isCut = true;
    far.hangUp();
    await clock.advance(10_000);
    expect(told).toEqual(['closed']);
  });

  it('stays while nothing is said over it, as long as both nodes are there', async () => {
    const far = await listened();
    await clock.advance(60_000);
    far.send(new Int16Array(160));
    expect([line.hungUp, line.sent.length]).toEqual([false, 1]);
  });

  it('says that it can neither be transferred nor send digits', async () => {
    const far = await listened();
    expect(() => far.transfer()).toThrow(CarrierError);
    expect(() => far.sendDigits()).toThrow(CarrierError);
  });
});
