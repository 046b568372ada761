import { beforeEach, describe, expect, it } from '@jest/globals';
import { type LogEntry, writeEntry } from '@app/conversation';
import type { RedisCallLogs } from '@app/live-state';
import { MemoryCallLogs } from '@app/live-state/testing';
import { FakeClock } from '@app/kernel/testing';
import { LiveLogs } from './live-logs.js';

const clock = new FakeClock();
let store: MemoryCallLogs;
let askedAfter: number[];
let logs: LiveLogs;

beforeEach(() => {
  store = new MemoryCallLogs();
  askedAfter = [];
  const readAfter = (callId: string, count: number) => {
    askedAfter.push(count);
    return store.readAfter(callId, count);
  };
  logs = new LiveLogs({ readAfter } as unknown as RedisCallLogs, clock);
});

const entry = (seq: number): LogEntry => ({ seq, atMs: seq * 100, input: { type: 'line-up' }, effects: [] });

function write(callId: string, ...seqs: number[]): void {
  const log = store.open(callId);
  for (const seq of seqs) log.append(writeEntry(entry(seq)));
}

describe('the log of a live call', () => {
  it('is read whole once, and from then on what was written since', async () => {
    write('a', 0, 1, 2);
    expect(await logs.read('a')).toEqual([0, 1, 2].map(entry));
    write('a', 3);
    expect(await logs.read('a')).toEqual([0, 1, 2, 3].map(entry));
    expect(await logs.read('a')).toHaveLength(4);
    expect(askedAfter).toEqual([0, 3, 4]);
  });

  it('is the same for many who read it at once', async () => {
    write('a', 0, 1);
    await logs.read('a');
    write('a', 2);
    const read = await Promise.all([logs.read('a'), logs.read('a'), logs.read('a')]);
    expect(read.map((entries) => entries.length)).toEqual([3, 3, 3]);
    expect(await logs.read('a')).toHaveLength(3);
  });

  it('is not told from memory when it is there no more', async () => {
    write('a', 0, 1);
    await logs.read('a');
    await store.drop('a');
    expect(await logs.read('a')).toEqual([]);
    write('a', 0);
    expect(await logs.read('a')).toEqual([entry(0)]);
  });

  it('is let go when nobody has asked for it for half a minute', async () => {
    write('a', 0, 1);
    write('b', 0);
    await logs.read('a');
    await clock.advance(30_000);
    await logs.read('b');
    await logs.read('a');
    expect(askedAfter).toEqual([0, 0, 0]);
  });
});
