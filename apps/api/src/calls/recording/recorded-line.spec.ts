import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseWav, samplesIn } from '@app/audio';
import { createLogger } from '@app/boot';
import type { RecordingLoss } from '@app/conversation/ports';
import { FakeLine } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { uuid } from '../../testing/fake-centre.js';
import type { RecordedLine } from './recorded-line.js';
import { Recordings } from './recordings.js';
import type { RecordingFile } from './wav-writer.js';

/** A file in memory, on a disk that may be full, slow or gone. */
class FakeFile implements RecordingFile {
  bytes = Buffer.alloc(0);
  mostBytes = Infinity;
  fails: Error | undefined;
  hangs = false;
  closed = 0;
  keeps = true;
  writtenBytes = 0;

  async write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    if (this.hangs) await new Promise(() => undefined);
    if (this.fails) throw this.fails;
    const bytesWritten = Math.max(0, Math.min(length, this.mostBytes - position));
    this.writtenBytes += bytesWritten;
    if (!this.keeps) return { bytesWritten };
    const grown = Buffer.alloc(Math.max(this.bytes.length, position + bytesWritten));
    this.bytes.copy(grown);
    grown.set(bytes.subarray(offset, offset + bytesWritten), position);
    this.bytes = grown;
    return { bytesWritten };
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

const ID = uuid(1);
let clock: FakeClock;
let file: FakeFile;
let line: FakeLine;
let recordings: Recordings;
let recorded: RecordedLine;
let lost: RecordingLoss[];
let opened: string[];

beforeEach(() => {
  [clock, file, line, lost, opened] = [new FakeClock(), new FakeFile(), new FakeLine(), [], []];
  const log = createLogger({ name: 'api', level: 'silent' });
  const openFile = (path: string) => {
    opened.push(path);
    return Promise.resolve(file);
  };
  recordings = new Recordings({ clock, log, folder: '/recordings', openFile });
  recorded = recordings.of(ID, line);
  recorded.listen({ frame: () => {}, digit: () => {}, mark: () => {}, closed: () => {} });
});

const agentSays = (level: number, lengthMs: number) =>
  recorded.send(new Int16Array(samplesIn(lengthMs, 8_000)).fill(level));
const begin = () => recorded.begin((reason) => lost.push(reason));
/** A frame comes every 20 ms, in the moment at which it is whole. */
async function callerSays(level: number, lengthMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < lengthMs; passedMs += 20) {
    await clock.advance(20);
    line.say(level);
  }
}
const finish = () => recordings.finish(ID, recorded);
/** Where a channel sounds: level, from and to, in ms. */
function stretches(side: 0 | 1): [level: number, fromMs: number, toMs: number][] {
  const samples = parseWav(file.bytes).channels[side] ?? new Int16Array();
  const found: [number, number, number][] = [];
  samples.forEach((level, n) => {
    const last = found.at(-1);
    if (level === 0) return;
    if (last?.[0] === level && last[2] === n / 8) last[2] = (n + 1) / 8;
    else found.push([level, n / 8, (n + 1) / 8]);
  });
  return found;
}

describe('a recorded call', () => {
  it('has the caller left and the agent right, each at its time, over many seconds', async () => {
    await callerSays(9, 500); // before it is asked for: not kept
    agentSays(1, 20);
    begin();
    await callerSays(0, 1_000);
    await callerSays(2, 400);
    await callerSays(0, 9_600);
    agentSays(3, 20);
    await callerSays(4, 2_000);

    expect(await finish()).toBe(`${ID}.wav`);
    expect([opened, file.closed, lost]).toEqual([[`/recordings/${ID}.wav`], 1, []]);
    expect(stretches(0)).toEqual([
      [2, 1_000, 1_400],
      [4, 11_000, 13_000],
    ]);
    expect(stretches(1)).toEqual([
      [1, 0, 20],
      [3, 11_000, 11_020],
    ]);
    expect(clock.waiting).toBe(0);
  });

  it('has what was sent ahead at the time at which it is heard', async () => {
    agentSays(1, 20);
    begin();
    agentSays(2, 200);
    agentSays(3, 200);
    await callerSays(0, 1_000);
    await finish();
    expect(stretches(1)).toEqual([
      [1, 0, 20],
      [2, 20, 220],
      [3, 220, 420],
    ]);
  });

  it('is silent from where the agent was cleared, and goes on with what is sent after it', async () => {
    agentSays(1, 400);
    begin();
    await clock.advance(150);
    recorded.clear();
    await clock.advance(50);
    agentSays(2, 40);
    await callerSays(0, 500);
    await finish();
    expect(line.clearedTimes).toBe(1);
    expect(stretches(1)).toEqual([
      [1, 0, 150],
      [2, 200, 240],
    ]);
  });

  it('ends where the line was closed, whatever was sent ahead', async () => {
    agentSays(1, 400);
    begin();
    await clock.advance(100);
    await finish();
    expect(stretches(1)).toEqual([[1, 0, 100]]);
    expect(parseWav(file.bytes).channels[0]).toHaveLength(800);
  });

  it('keeps the time of a caller whose frames are missing, and of a burst no more than a second ahead', async () => {
    agentSays(1, 20);
    begin();
    await callerSays(2, 100);
    await clock.advance(400);
    await callerSays(3, 100);
    for (let n = 0; n < 500; n += 1) line.say(4);
    await callerSays(0, 2_000);
    await finish();
    expect(stretches(0)).toEqual([
      [2, 0, 100],
      [3, 500, 600],
      [4, 600, 1_600],
    ]);
  });

  it('is not begun by anything but being asked to', async () => {
    agentSays(1, 100);
    await callerSays(2, 3_000);
    expect([await finish(), opened, file.bytes.length]).toEqual([null, [], 0]);
  });
});

describe('a recording that cannot go on', () => {
  it.each<[string, () => void, RecordingLoss]>([
    ['the disk is full', () => (file.mostBytes = 40_000), 'disk-full'],
    ['the file system says so', () => (file.fails = Object.assign(new Error('no'), { code: 'ENOSPC' })), 'disk-full'],
    ['the disk is gone', () => (file.fails = new Error('gone')), 'failed'],
    ['the disk hangs', () => (file.hangs = true), 'disk-slow'],
  ])('ends when %s, once, and not its call', async (_why, breakDisk, reason) => {
    agentSays(1, 20);
    begin();
    await callerSays(2, 1_500);
    breakDisk();
    await callerSays(2, 10_000);
    agentSays(3, 20);
    expect([lost, line.hungUp]).toEqual([[reason], false]);
    expect(line.sent.at(-1)?.[0]).toBe(3);
  });

  it('keeps what is on the disk, with its true length', async () => {
    agentSays(1, 20);
    begin();
    await callerSays(2, 1_500);
    file.mostBytes = 40_000;
    await callerSays(2, 3_000);
    file.mostBytes = Infinity;
    expect(await finish()).toBe(`${ID}.wav`);
    expect([file.closed, file.bytes.readUInt32LE(40) % 4]).toEqual([1, 0]);
    expect(file.bytes.readUInt32LE(40)).toBeGreaterThan(20_000);
  });

  it('does not hold up the end of a call for longer than five seconds', async () => {
    agentSays(1, 20);
    begin();
    file.hangs = true;
    await callerSays(2, 2_000);
    let isOver = false;
    void finish().then(() => (isOver = true));
    await clock.advance(4_900);
    expect(isOver).toBe(false);
    await clock.advance(100);
    expect([isOver, clock.waiting]).toEqual([true, 0]);
  });

  it('leaves its line where that can be left, and hangs up one that cannot', () => {
    let left = 0;
    const leavable = Object.assign(new FakeLine(), { leave: () => (left += 1) });
    recordings.of(ID, leavable).leave();
    recorded.leave();
    expect([left, leavable.hungUp, line.hungUp]).toEqual([1, false, true]);
  });

  it('can be read as far as it is written, also when nobody ends it', async () => {
    agentSays(1, 20);
    begin();
    await callerSays(2, 3_100);
    expect(parseWav(file.bytes).channels[0]?.length).toBeGreaterThan(2 * 8_000);
  });
});

describe('the memory of a recording', () => {
  it('is the same after half an hour as after a minute', async () => {
    file.keeps = false;
    agentSays(1, 20);
    begin();
    await callerSays(2, 60_000);
    const after1 = process.memoryUsage().arrayBuffers;
    await callerSays(2, 30 * 60_000);
    expect(process.memoryUsage().arrayBuffers - after1).toBeLessThan(20_000_000); // frames of the spec's own; the sound is 58 MB
    expect(file.writtenBytes).toBeGreaterThan(30 * 60 * 8_000 * 4);
    expect(lost).toEqual([]);
  }, 60_000);
});
