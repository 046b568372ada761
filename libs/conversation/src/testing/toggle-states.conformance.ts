import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ToggleStates } from '../ports/index.js';

/** What every keeper of toggles must do. */
export function describeToggleStates(open: () => ToggleStates): void {
  describe('a toggle', () => {
    it('is off until somebody switches it on, and on until somebody switches it off', async () => {
      const [states, name] = [open(), randomUUID()];
      expect(await states.claim(name, false)).toBe('already');
      expect(await states.claim(name, true)).toBe('claimed');
      await states.settle(name, 'on');

      expect(await states.claim(name, true)).toBe('already');
      expect(await states.claim(name, false)).toBe('claimed');
      await states.settle(name, 'off');
      expect(await states.claim(name, false)).toBe('already');
    });

    it('is switched by one of many who want the same at once', async () => {
      const [states, name] = [open(), randomUUID()];

      const claims = await Promise.all(Array.from({ length: 10 }, () => states.claim(name, true)));

      expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
      expect(claims.filter((claim) => claim === 'busy')).toHaveLength(9);
    });

    it('is free again when switching it was refused', async () => {
      const [states, name] = [open(), randomUUID()];
      await states.claim(name, true);
      await states.settle(name, 'off');

      expect(await states.claim(name, true)).toBe('claimed');
    });

    it('is touched by nobody while it is unknown, until somebody states it', async () => {
      const [states, name] = [open(), randomUUID()];
      await states.claim(name, true);
      await states.settle(name, 'unknown');
      expect(await states.claim(name, true)).toBe('unknown');
      expect(await states.claim(name, false)).toBe('unknown');

      await states.settle(name, 'on');
      expect(await states.claim(name, true)).toBe('already');
    });

    it('has nothing to do with another', async () => {
      const [states, name] = [open(), randomUUID()];
      await states.claim(name, true);

      expect(await states.claim(randomUUID(), true)).toBe('claimed');
    });
  });
}
