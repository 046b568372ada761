import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CallLogs } from '../call-logs.js';

const FLUSH_WITHIN_MS = 5_000;
const entries = (count: number) => Array.from({ length: count }, (_, seq) => JSON.stringify({ seq }));

/** What every keeper of logs must do. */
export function callLogsConformance(open: () => CallLogs): void {
  describe('the log of a call', () => {
    it('holds what was appended, in order, once it is flushed', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      for (const entry of entries(25)) log.append(entry);
      await log.flush(FLUSH_WITHIN_MS);

      expect(await logs.read(callId)).toEqual(entries(25));
    });

    it('goes on after a flush', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      for (const entry of entries(5)) {
        log.append(entry);
        await log.flush(FLUSH_WITHIN_MS);
      }

      expect(await logs.read(callId)).toEqual(entries(5));
      expect(log.lost).toBe(0);
    });

    it('holds more than a page, and more than a batch', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      for (const entry of entries(2_500)) log.append(entry);
      await log.flush(FLUSH_WITHIN_MS);

      expect(await logs.read(callId)).toEqual(entries(2_500));
    });

    it('is read on from any entry, until it is dropped', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      for (const entry of entries(1_200)) log.append(entry);
      await log.flush(FLUSH_WITHIN_MS);

      expect(await logs.readAfter(callId, 0)).toEqual(entries(1_200));
      expect(await logs.readAfter(callId, 1_198)).toEqual(entries(1_200).slice(-2));
      expect(await logs.readAfter(callId, 1_200)).toEqual([]);
      await logs.drop(callId);
      expect(await logs.readAfter(callId, 1_200)).toBeUndefined();
    });

    it('holds any text as it is', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      const text = '{"said":"Élise : « d’accord » 👍 \\u0000 \\n"}';
      log.append(text);
      await log.flush(FLUSH_WITHIN_MS);

      expect(await logs.read(callId)).toEqual([text]);
    });

    it('is flushed at once when there is nothing to store', async () => {
      const log = open().open(randomUUID());

      await expect(log.flush(0)).resolves.toBeUndefined();
    });

    it('keeps what was appended before it was closed, and takes nothing after', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const log = logs.open(callId);
      log.append('{"seq":0}');
      log.close();
      log.append('{"seq":1}');
      await log.flush(FLUSH_WITHIN_MS);

      expect(await logs.read(callId)).toEqual(['{"seq":0}']);
    });

    it('is kept apart from those of other calls', async () => {
      const [logs, callId] = [open(), randomUUID()];
      const [log, other] = [logs.open(callId), logs.open(randomUUID())];
      log.append('{"seq":0}');
      other.append('{"other":0}');
      await Promise.all([log.flush(FLUSH_WITHIN_MS), other.flush(FLUSH_WITHIN_MS)]);

      expect(await logs.read(callId)).toEqual(['{"seq":0}']);
    });

    it('is empty when nobody wrote it, and after it was dropped, however often', async () => {
      const [logs, callId] = [open(), randomUUID()];
      expect(await logs.read(callId)).toEqual([]);
      const log = logs.open(callId);
      log.append('{"seq":0}');
      await log.flush(FLUSH_WITHIN_MS);
      await logs.drop(callId);
      await logs.drop(callId);

      expect(await logs.read(callId)).toEqual([]);
    });
  });
}
