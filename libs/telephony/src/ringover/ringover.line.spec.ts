import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { LineListener } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import type { RawData } from 'ws';
import { openSocketPair, settled, type SocketPair } from '../testing/socket-pair.js';
import { RingoverLine, type RingoverLineSettings } from './ringover.line.js';

const SETTINGS: RingoverLineSettings = {
  rateHz: 8_000,
  pacing: { chunkMs: 200, leadMs: 400 },
  numbersAs: 'number',
  hangUp: { by: 'close' },
  silence: { quietMs: 10_000, answerMs: 5_000 },
};
const frameOf = (sample: number): Buffer => Buffer.from(new Int16Array(160).fill(sample).buffer);

interface OpenLine extends SocketPair {
  line: RingoverLine;
  clock: FakeClock;
  /** What the listener was told: the first sample of each frame, digits, the end. */
  told: (number | string)[];
  listener: LineListener;
  /** What the carrier was sent, parsed. */
  sent: unknown[];
}

const opened: OpenLine[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

async function openLine(
  settings: Partial<RingoverLineSettings> = {},
  socket: { maxPayload?: number; autoPong?: boolean } = {},
): Promise<OpenLine> {
  const pair = await openSocketPair(socket);
  const clock = new FakeClock();
  const line = new RingoverLine(pair.ours, { ...SETTINGS, ...settings }, clock);
  const told: (number | string)[] = [];
  const listener: LineListener = {
    frame: (samples) => {
      if (samples[0] !== 0) told.push(samples.length === line.rateHz / 50 ? (samples[0] as number) : 'no frame'); // 0 fills a gap
    },
    digit: (digit) => told.push(`digit ${digit}`),
    mark: () => told.push('mark'),
    closed: (end) => told.push(end),
  };
  const sent: unknown[] = [];
  pair.carrier.on('message', (data: RawData, isBinary: boolean) =>
    sent.push(isBinary ? 'not a text' : JSON.parse((data as Buffer).toString())),
  );
  const open = { ...pair, line, clock, told, listener, sent };
  opened.push(open);
  return open;
}

describe('what the caller says', () => {
  it('comes as frames of 20 ms, in order, from messages of any multiple', async () => {
    const { line, carrier, told, listener } = await openLine();
    line.listen(listener);
    carrier.send(frameOf(1));
    carrier.send(Buffer.concat([frameOf(2), frameOf(3), frameOf(4)]));
    await settled(carrier);
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('is cut at 16 kHz where the stream is', async () => {
    const { line, carrier, told, listener } = await openLine({ rateHz: 16_000 });
    line.listen(listener);
    carrier.send(Buffer.concat([frameOf(5), frameOf(5), frameOf(6)]));
    await settled(carrier);
    expect(told).toEqual([5]);
  });

  it('is kept until somebody listens: the latest second, then the digits', async () => {
    const { line, carrier, told, listener } = await openLine();
    carrier.send('{"event":"digits","data":"5"}');
    for (let n = 1; n <= 60; n += 1) carrier.send(frameOf(n));
    await settled(carrier);
    line.listen(listener);
    carrier.send(frameOf(61));
    await settled(carrier);
    expect(told).toEqual([...Array.from({ length: 50 }, (_, n) => n + 11), 'digit 5', 61]);
  });

  it('tells how long nothing came, whatever its socket answers', async () => {
    const { line, ours, carrier, clock } = await openLine();
    await clock.advance(9_000);
    carrier.ping();
    await settled(carrier);
    expect([line.quietMs, ours.readyState]).toEqual([9_000, ours.OPEN]);
    carrier.send(frameOf(0));
    await settled(carrier);
    expect(line.quietMs).toBe(0);
  });

  it('has one listener', async () => {
    const { line, listener } = await openLine();
    line.listen(listener);
    expect(() => line.listen(listener)).toThrow('one listener');
  });

  it('stays in step over messages of odd length, which are counted', async () => {
    const { line, carrier, told, listener } = await openLine();
    line.listen(listener);
    carrier.send(Buffer.concat([frameOf(1), Buffer.from([9])]));
    carrier.send(Buffer.from([9]));
    carrier.send(frameOf(2));
    await settled(carrier);
    expect(told).toEqual([1, 2]);
    expect(line.counts.oddMessages).toBe(2);
  });

  it('is not disturbed by texts: JSON of any kind, words, nothing', async () => {
    const { line, carrier, told, listener } = await openLine();
    line.listen(listener);
    for (const text of ['{"call_id":1}', 'hello', '', '{"a":', '[]', 'null', '"x"', '['.repeat(50_000)])
      carrier.send(text);
    carrier.send('{"event":"dtmf","digit":"#"}');
    carrier.send(frameOf(1));
    await settled(carrier);
    expect(told).toEqual(['digit #', 1]);
    expect(line.counts.opaqueTexts).toBe(4);
  });
});

describe('what the agent says', () => {
  it('goes out as one message per call, and the array may be used again', async () => {
    const { line, ours, sent } = await openLine();
    const samples = new Int16Array(1_600).fill(3);
    line.send(samples);
    samples.fill(4);
    line.send(new Int16Array(0));
    line.clear();
    await settled(ours);
    expect(sent).toEqual([
      {
        type: 'streamAudio',
        data: {
          audioDataType: 'raw',
          sampleRate: 8_000,
          audioData: Buffer.from(new Int16Array(1_600).fill(3).buffer).toString('base64'),
        },
      },
      { event: 'break' },
    ]);
  });

  it('can be digits, where the carrier can express them', async () => {
    const { line, ours, sent } = await openLine();
    line.sendDigits('12');
    expect(() => line.sendDigits('#1')).toThrow(expect.objectContaining({ code: 'carrier.cannot' }));
    await settled(ours);
    expect(sent).toEqual([{ event: 'digits', data: 12 }]);
  });

  it('is given up when the carrier takes nothing any more', async () => {
    const { line, carrier, ours, told, listener } = await openLine();
    line.listen(listener);
    carrier.pause();
    const second = new Int16Array(16_000);
    // the kernel's buffers come first; 64 MiB are more than any has
    for (let n = 0; n < 1_600 && ours.readyState === ours.OPEN; n += 1) line.send(second);
    expect(ours.readyState).not.toBe(ours.OPEN);
    await once(ours, 'close');
    expect(told).toEqual(['lost']);
  });
});

describe('the end of a line', () => {
  it.each([
    ['says goodbye', 1_000, 'closed'],
    ['goes away', 1_001, 'closed'],
    ['gives no reason', undefined, 'closed'],
    ['has failed', 1_011, 'lost'],
  ] as const)('is told when the carrier %s', async (_what, code, end) => {
    const { line, carrier, ours, told, listener } = await openLine();
    line.listen(listener);
    carrier.close(code);
    await once(ours, 'close');
    expect(told).toEqual([end]);
  });

  it('is told as lost when the connection breaks', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    carrier.terminate();
    await once(ours, 'close');
    expect(told).toEqual(['lost']);
    expect(clock.waiting).toBe(0);
  });

  it('is told to whoever listens after it, behind what was kept', async () => {
    const { line, carrier, ours, told, listener } = await openLine();
    carrier.send(frameOf(1));
    carrier.close(1_000);
    await once(ours, 'close');
    line.listen(listener);
    expect(told).toEqual([1, 'closed']);
  });

  it('is made by us by closing, once, and no sound comes after it', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    const closed = once(carrier, 'close');
    carrier.send(frameOf(1));
    await settled(carrier);
    ours.pause(); // what the carrier says next is on its way while we hang up
    carrier.send(frameOf(2));
    line.hangUp();
    line.hangUp();
    ours.resume();
    const [[code]] = (await Promise.all([closed, once(ours, 'close')])) as [[number], unknown];
    line.send(new Int16Array(160));
    line.clear();
    expect(code).toBe(1_000);
    expect(told).toEqual([1, 'closed']);
    expect(clock.waiting).toBe(0);
  });

  it('is made by leaving without a goodbye, which may end the call beyond the stream, and is told as lost', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    line.whenHungUp(() => told.push('hung up'));
    const closed = once(carrier, 'close');
    line.leave();
    const [[code]] = (await Promise.all([closed, once(ours, 'close')])) as [[number], unknown];
    expect(code).toBe(1_006); // no close frame came
    expect(told).toEqual(['lost']);
    expect(clock.waiting).toBe(0);
  });

  it('comes although the carrier does not answer our close', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    carrier.pause();
    line.hangUp();
    const closed = once(ours, 'close');
    await clock.advance(2_000);
    await closed;
    expect(told).toEqual(['closed']);
    expect(clock.waiting).toBe(0);
  });

  it('is told once to whoever ends the call beyond the stream, and not of a call that the carrier ended', async () => {
    const [{ line }, other] = [await openLine(), await openLine()];
    let told = 0;
    for (const each of [line, other.line]) each.whenHungUp(() => (told += 1));
    line.hangUp();
    line.hangUp();
    other.carrier.close(1_000);
    await once(other.ours, 'close');
    other.line.hangUp();

    expect(told).toBe(1);
  });

  it('can be a transfer to a number that hangs up', async () => {
    const { line, ours, carrier, sent, clock } = await openLine({ hangUp: { by: 'transfer', to: '+33123456789' } });
    line.hangUp();
    line.hangUp();
    line.send(new Int16Array(160));
    await settled(ours);
    expect(sent).toEqual([{ event: 'transfer', data: 33_123_456_789 }]);
    const closed = once(carrier, 'close');
    await clock.advance(10_000);
    expect(((await closed) as [number])[0]).toBe(1_000);
  });

  it('follows a transfer by itself: nothing is said any more, the caller is still heard', async () => {
    const { line, ours, carrier, sent, told, listener, clock } = await openLine({ numbersAs: 'string' });
    line.listen(listener);
    expect(() => line.transfer('0123')).toThrow(expect.objectContaining({ code: 'carrier.cannot' }));
    line.transfer('+33123456789');
    line.send(new Int16Array(160));
    line.hangUp();
    carrier.send(frameOf(1));
    await settled(carrier);
    await settled(ours);
    expect(sent).toEqual([{ event: 'transfer', data: '33123456789' }]);
    carrier.close(1_000);
    await once(ours, 'close');
    expect(told).toEqual([1, 'closed']);
    expect(clock.waiting).toBe(0);
  });
});

describe('a socket that says nothing', () => {
  it('is asked, and lives on when it answers', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    for (let round = 0; round < 3; round += 1) {
      const asked = once(carrier, 'ping');
      const answered = once(ours, 'pong');
      await clock.advance(10_000);
      await asked;
      await answered;
      await clock.advance(5_000);
    }
    expect(told).toEqual([]);
  });

  it('is lost when it does not answer', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine({}, { autoPong: false });
    line.listen(listener);
    const asked = once(carrier, 'ping');
    await clock.advance(10_000);
    await asked;
    const closed = once(ours, 'close');
    await clock.advance(5_000);
    await closed;
    expect(told).toEqual(['lost']);
    expect(clock.waiting).toBe(0);
  });

  it('is not asked while sound comes', async () => {
    const { line, carrier, told, listener, clock } = await openLine({}, { autoPong: false });
    line.listen(listener);
    let asked = 0;
    carrier.on('ping', () => (asked += 1));
    for (let round = 1; round <= 4; round += 1) {
      carrier.send(frameOf(round)); // no ping of ours: it would be heard, too
      while (told.length < round) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(9_000);
    }
    await settled(carrier);
    expect(asked).toBe(0);
  });
});

describe('a message of 50 MB', () => {
  it('ends the line soon, also when the carrier does not answer the close', async () => {
    const { line, carrier, ours, told, listener, clock } = await openLine();
    line.listen(listener);
    const broken = once(ours, 'error').catch(() => {});
    carrier.pause();
    carrier.send(Buffer.alloc(50_000_000));
    await broken;
    const closed = once(ours, 'close');
    await clock.advance(2_000);
    await closed;
    expect(told).toEqual(['lost']);
    expect(clock.waiting).toBe(0);
  });

  it('closes its own line with 1009, and no other line notices', async () => {
    const [attacked, other] = [await openLine(), await openLine()];
    for (const { line, listener } of [attacked, other]) line.listen(listener);
    const closed = once(attacked.carrier, 'close') as Promise<[number]>;
    attacked.carrier.send(Buffer.alloc(50_000_000));
    other.carrier.send(frameOf(1));
    await settled(other.carrier);
    expect(other.told).toEqual([1]);
    expect((await closed)[0]).toBe(1_009);
    if (attacked.ours.readyState !== attacked.ours.CLOSED) await once(attacked.ours, 'close');
    expect(attacked.told).toEqual(['lost']);
  });
});
