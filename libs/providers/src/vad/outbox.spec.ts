import { describe, expect, it } from '@jest/globals';
import { NEW_CALL, viewsOf, WINDOW_SAMPLES } from './silero-batch.js';
import { Outbox } from './outbox.js';

const window = (sample: number) => new Int16Array(WINDOW_SAMPLES).fill(sample);

describe('Outbox', () => {
  it('sends all that waits, and more only when that has come back', () => {
    const outbox = new Outbox<string>();
    expect(outbox.send()).toBeUndefined();
    outbox.add('a', window(1), 0 | NEW_CALL);
    outbox.add('b', window(2), 1 | NEW_CALL);
    expect(outbox.send()?.owners).toEqual(['a', 'b']);
    outbox.add('a', window(3), 0);
    expect(outbox.send()).toBeUndefined();
    expect(outbox.waiting).toBe(1);

    const back = outbox.receive();
    expect(back?.owners).toEqual(['a', 'b']);
    back?.clear();
    expect(outbox.receive()).toBeUndefined();
    expect(outbox.send()?.owners).toEqual(['a']);
  });

  it('keeps every window when there are more than it has room for', () => {
    const outbox = new Outbox<number>();
    for (let n = 0; n < 1_000; n += 1) outbox.add(n, window(n), n);
    const block = outbox.send();
    const { buffer, capacity, count } = block?.message ?? { buffer: new SharedArrayBuffer(0), capacity: 0, count: 0 };
    expect(count).toBe(1_000);
    const { slots, samples } = viewsOf(buffer, capacity);
    expect([...slots.subarray(0, count)]).toEqual(block?.owners);
    expect(
      block?.owners.every((n) => samples[n * WINDOW_SAMPLES] === n && samples[(n + 1) * WINDOW_SAMPLES - 1] === n),
    ).toBe(true);
  });

  it('takes a block out of reach of a thread that was given up', () => {
    const outbox = new Outbox<string>();
    outbox.add('a', window(7), 5 | NEW_CALL);
    const block = outbox.send();
    const before = block?.message.buffer ?? new SharedArrayBuffer(0);
    block?.leaveThread();
    new Uint8Array(before).fill(99);
    expect(block?.probability(0)).toBe(0);
    expect([...(block?.window(0) ?? [])]).toEqual([...window(7)]);
    expect(block?.views.slots[0]).toBe(5 | NEW_CALL);
    expect(outbox.away).toBe(block);
  });
});
