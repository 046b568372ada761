import { describe, expect, it } from '@jest/globals';
import type { FunctionResult } from '@app/conversation/ports';
import type { FunctionLedger } from '../ports/index.js';

const RUN = { name: 'book-appointment', argumentsJson: '{"startsAt":"2030-01-07T09:00:00Z"}' };
const BOOKED: FunctionResult = { ok: true, resultJson: '{"status":"booked"}' };

/** What every ledger must do. `newCall` gives the id of a call that the ledger may know of, another each time. */
export function functionLedgerConformance(open: () => { ledger: FunctionLedger; newCall(): Promise<string> }): void {
  describe('a function ledger', () => {
    it('tells the first asker of a key that it is new', async () => {
      const { ledger, newCall } = open();

      expect(await ledger.begin({ callId: await newCall(), key: 'a', ...RUN })).toEqual({ state: 'new' });
    });

    it('tells exactly one of many who ask at once that the key is new', async () => {
      const { ledger, newCall } = open();
      const callId = await newCall();

      const told = await Promise.all(Array.from({ length: 20 }, () => ledger.begin({ callId, key: 'a', ...RUN })));

      expect(told.filter(({ state }) => state === 'new')).toHaveLength(1);
      expect(told.filter(({ state }) => state === 'begun')).toHaveLength(19);
    });

    it('tells a later asker that it was begun, while nobody knows how it ended', async () => {
      const { ledger, newCall } = open();
      const callId = await newCall();
      await ledger.begin({ callId, key: 'a', ...RUN });

      expect(await ledger.begin({ callId, key: 'a', ...RUN })).toEqual({ state: 'begun' });
    });

    it('tells a later asker what came of it', async () => {
      const { ledger, newCall } = open();
      const callId = await newCall();
      await ledger.begin({ callId, key: 'a', ...RUN });
      await ledger.end({ callId, key: 'a', result: BOOKED });

      expect(await ledger.begin({ callId, key: 'a', ...RUN })).toEqual({ state: 'done', result: BOOKED });
    });

    it('keeps a failure as it was', async () => {
      const { ledger, newCall } = open();
      const callId = await newCall();
      const result: FunctionResult = { ok: false, failure: 'refused', detail: 'that start has just been taken' };
      await ledger.begin({ callId, key: 'a', ...RUN });
      await ledger.end({ callId, key: 'a', result });

      expect(await ledger.begin({ callId, key: 'a', ...RUN })).toEqual({ state: 'done', result });
    });

    it('keeps keys apart, and calls apart', async () => {
      const { ledger, newCall } = open();
      const [callId, other] = [await newCall(), await newCall()];
      await ledger.begin({ callId, key: 'a', ...RUN });

      expect(await ledger.begin({ callId, key: 'b', ...RUN })).toEqual({ state: 'new' });
      expect(await ledger.begin({ callId: other, key: 'a', ...RUN })).toEqual({ state: 'new' });
    });

    it('refuses the end of what was not begun', async () => {
      const { ledger, newCall } = open();

      await expect(ledger.end({ callId: await newCall(), key: 'a', result: BOOKED })).rejects.toMatchObject({
        code: 'store.not-found',
      });
    });
  });
}
