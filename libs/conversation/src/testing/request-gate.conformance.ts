import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RequestGate } from '../ports/index.js';
import { systemClock } from '@app/kernel';

/** A gate that lets one through every `intervalMs`, by the system's clock. */
export interface RequestGateSubject {
  gate: RequestGate;
  intervalMs: number;
}

/** What every gate must do; from one process. */
export function describeRequestGate(open: () => RequestGateSubject): void {
  /** Passes in the order of arrival at the gate; resolves to the names in the order in which they were let through. */
  async function letThrough(
    gate: RequestGate,
    account: string,
    names: readonly { name: string; urgent?: boolean; signal?: AbortSignal }[],
  ): Promise<{ name: string; atMs: number }[]> {
    const passed: { name: string; atMs: number }[] = [];
    const note = (name: string) => void passed.push({ name, atMs: systemClock.nowMs() });
    const passing = names.map(({ name, ...request }) =>
      gate.pass({ account, ...request }).then(
        () => note(name),
        () => undefined, // it gave up
      ),
    );
    await Promise.all(passing);
    return passed;
  }
  const namesOf = (passed: readonly { name: string }[]) => passed.map(({ name }) => name);

  describe('a gate', () => {
    it('lets the first through at once, and the others one after the other, in their order', async () => {
      const { gate, intervalMs } = open();
      const passed = await letThrough(gate, randomUUID(), [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]);

      expect(namesOf(passed)).toEqual(['a', 'b', 'c', 'd']);
      const tookMs = (passed.at(-1)?.atMs ?? 0) - (passed[0]?.atMs ?? 0);
      expect(tookMs).toBeGreaterThan(2.5 * intervalMs); // three intervals, less what an answer may take on its way
    });

    it('lets what is urgent through before all that waits, in its own order', async () => {
      const { gate } = open();
      const passed = await letThrough(gate, randomUUID(), [
        { name: 'first' },
        { name: 'slow' },
        { name: 'slower' },
        { name: 'hang up', urgent: true },
        { name: 'hang up too', urgent: true },
      ]);

      expect(namesOf(passed)).toEqual(['first', 'hang up', 'hang up too', 'slow', 'slower']);
    });

    it('lets nobody through while it backs off, then all', async () => {
      const { gate, intervalMs } = open();
      const account = randomUUID();
      await gate.backOff(account, 5 * intervalMs);
      const beganMs = systemClock.nowMs();
      const passed = await letThrough(gate, account, [{ name: 'a' }, { name: 'b', urgent: true }]);

      expect((passed[0]?.atMs ?? 0) - beganMs).toBeGreaterThan(4 * intervalMs);
      expect(namesOf(passed)).toEqual(['b', 'a']);
    });

    it('sends away who gives up, with its own reason, and goes on with the next', async () => {
      const { gate } = open();
      const [account, patience] = [randomUUID(), new AbortController()];
      const reason = new Error('too late');
      await gate.pass({ account });
      const impatient = gate.pass({ account, signal: patience.signal });
      const patient = gate.pass({ account });
      patience.abort(reason);

      await expect(impatient).rejects.toBe(reason);
      await expect(patient).resolves.toBeUndefined();
    });

    it('does not let through who came with a signal that was aborted', async () => {
      const { gate } = open();
      const reason = new Error('before it began');

      await expect(gate.pass({ account: randomUUID(), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('counts each account by itself', async () => {
      const { gate, intervalMs } = open();
      const beganMs = systemClock.nowMs();
      await gate.backOff(randomUUID(), 1_000 * intervalMs);
      await gate.pass({ account: randomUUID() });

      expect(systemClock.nowMs() - beganMs).toBeLessThan(1_000 * intervalMs);
    });
  });
}
