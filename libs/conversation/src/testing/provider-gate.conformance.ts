import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import type { GatedProvider, ProviderGate, ProviderPass } from '../ports/index.js';

/** A gate by the system's clock that opens after three failures, probes every `probeEveryMs`, and whose limits are 5 at once and 8 a minute. */
export interface ProviderGateSubject {
  gate: ProviderGate;
  probeEveryMs: number;
  /** Resolves when all that was told so far counts. */
  settled(): Promise<void>;
}

const FAILURES_TO_OPEN = 3;

/** What every gate must do; from one process. */
export function describeProviderGate(open: () => ProviderGateSubject): void {
  describe('a gate of providers', () => {
    let subject: ProviderGateSubject;
    let gate: ProviderGate;
    let provider: GatedProvider;
    beforeEach(() => {
      subject = open();
      ({ gate } = subject);
      provider = { stage: 'model', name: `vendor/${randomUUID()}`, host: 'host' };
    });

    const stateOf = (of = provider) => gate.health(of).state;
    function entered(pass: ProviderPass | undefined): ProviderPass {
      if (!pass) throw new Error('nobody was let in');
      return pass;
    }
    async function ask(tell: (pass: ProviderPass) => void, of = provider): Promise<void> {
      const pass = entered(gate.enter(of, 'last-resort'));
      tell(pass);
      pass.leave();
      await subject.settled();
    }
    const fail = (pass: ProviderPass) => pass.failed();
    async function breakDown(): Promise<void> {
      for (let n = 0; n < FAILURES_TO_OPEN; n += 1) await ask(fail);
    }
    /** The right to probe, as soon as there is one. */
    async function probe(): Promise<ProviderPass> {
      for (let tries = 0; tries < 100; tries += 1) {
        const pass = await gate.probe(provider);
        if (pass) return pass;
        await systemClock.sleep(subject.probeEveryMs / 10);
      }
      throw new Error('nobody may probe');
    }

    it('lets in who asks, counts them, and knows how quick the answers are', async () => {
      expect(gate.health(provider)).toEqual({ state: 'closed', latencyMs: null, inUse: 0, downForMs: null });
      const [first, second] = [entered(gate.enter(provider, 'turn')), entered(gate.enter(provider, 'turn'))];
      first.answered(100);
      second.answered(200);
      await subject.settled();
      expect(gate.health(provider)).toMatchObject({ latencyMs: 120, inUse: 2 });
      for (const pass of [first, second, second]) pass.leave();
      expect(gate.health(provider).inUse).toBe(0);
    });

    it('opens after some failures in a row, for all but the last resort', async () => {
      await ask(fail);
      await ask(fail);
      await ask((pass) => pass.answered(10));
      await ask(fail);
      await ask(fail);
      expect(stateOf()).toBe('closed');
      await ask(fail);
      expect(stateOf()).toBe('open');
      expect(gate.health(provider).downForMs).toBeGreaterThanOrEqual(0);
      expect([gate.enter(provider, 'turn'), gate.enter(provider, 'after-call')]).toEqual([undefined, undefined]);
      entered(gate.enter(provider, 'last-resort')).leave();
    });

    it('holds nothing against who was given up, or against another address', async () => {
      await breakDown();
      const elsewhere = { ...provider, host: 'other' };
      entered(gate.enter(elsewhere, 'turn')).leave();
      await subject.settled();
      expect([stateOf(), stateOf(elsewhere)]).toEqual(['open', 'closed']);
    });

    it('lets one probe, and nobody beside it', async () => {
      await breakDown();
      const probing = await probe();
      expect(stateOf()).toBe('probing');
      await systemClock.sleep(2 * subject.probeEveryMs);
      expect([await gate.probe(provider), gate.enter(provider, 'turn')]).toEqual([undefined, undefined]);
      probing.leave();
    });

    it('closes when the probe is answered, on trial: the next failure opens it again', async () => {
      await breakDown();
      const first = await probe();
      first.answered(10);
      first.leave();
      await subject.settled();
      expect(stateOf()).toBe('closed');
      await ask(fail);
      expect(stateOf()).toBe('open');
      const second = await probe();
      second.answered(10);
      second.leave();
      await ask((pass) => pass.answered(10));
      await ask(fail);
      expect(stateOf()).toBe('closed');
    });

    it.each([
      ['failed', fail],
      ['was given up', () => undefined],
    ])('stays open when the probe %s, and lets the next one come, not at once', async (_how, tell) => {
      await breakDown();
      const probing = await probe();
      tell(probing);
      probing.leave();
      await subject.settled();
      expect([stateOf(), await gate.probe(provider)]).toEqual(['open', undefined]);
      (await probe()).leave();
    });

    it('lets nobody probe what is not down', async () => {
      expect(await gate.probe(provider)).toBeUndefined();
      await breakDown();
      await ask((pass) => pass.answered(10));
      expect([stateOf(), await gate.probe(provider)]).toEqual(['closed', undefined]);
    });

    it('keeps the last places for who waits', () => {
      const inside = [1, 2, 3, 4].map(() => entered(gate.enter(provider, 'after-call')));
      expect(gate.enter(provider, 'after-call')).toBeUndefined();
      inside.push(entered(gate.enter(provider, 'turn')));
      expect(gate.enter(provider, 'turn')).toBeUndefined();
      inside.push(entered(gate.enter(provider, 'last-resort')));
      for (const pass of inside) pass.leave();
      entered(gate.enter(provider, 'turn')).leave();
    });

    it('counts how many asked in a minute', () => {
      for (let n = 0; n < 8; n += 1) entered(gate.enter(provider, 'last-resort')).leave();
      expect(gate.enter(provider, 'turn')).toBeUndefined();
    });
  });
}
