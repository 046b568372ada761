import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Input, type LogEntry, writeEntry } from '@app/conversation';
import type { CallEvent } from '@app/conversation/ports';
import { type ApiUnderTest, startApi } from '../../testing/api-under-test.js';
import { uuid } from '../../testing/fake-centre.js';
import { liveCall, storedCall } from '../../testing/some-calls.js';

const COUNTS = { framesIn: 50, soundInMs: 1_000, chunksOut: 4, soundOutMs: 620, clears: 1 };
const SPOKE: CallEvent = { type: 'caller.spoke', turn: 1, text: 'Where is it?', confidence: 1, startMs: 0, endMs: 900 };
const ANSWERED: CallEvent = {
  ...{ type: 'agent.spoke', turn: 1, epoch: 2, kind: 'answer', text: 'It is on its way.', heard: 'It is—' },
  ...{ basis: 'clock', startMs: 1_000, endMs: 1_500, interrupted: true },
};

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const statsOf = (n: number) => api.ask(`/api/v1/calls/${uuid(n)}/stats`);
const lines = (...inputs: Input[]): string[] =>
  inputs.map((input, seq) => {
    const events = seq === 1 ? [SPOKE, ANSWERED] : [];
    const effects = events.map((event) => ({ type: 'tell', event }) as const);
    return writeEntry({ seq, atMs: seq * 1_000, input, effects } satisfies LogEntry);
  });
const HEARD: Input[] = [
  { type: 'words-changed', text: 'Where' },
  { type: 'words-settled', text: 'Where is it?', confidence: 1 },
  { type: 'words-changed', text: 'and when' },
];

describe('GET /calls/:id/stats', () => {
  it('asks the node of a live call what passed over its line, and reads the rest off its log', async () => {
    api.centre.live.push(liveCall(1, { startedAt: new Date(api.clock.date().getTime() - 5_000).toISOString() }));
    api.centre.answer = { state: 'done', effect: 'told', counts: COUNTS, commandId: 'c-1' };
    const log = api.centre.liveLogs.open(uuid(1));
    for (const line of lines(...HEARD)) log.append(line);
    expect(await statsOf(1)).toMatchObject({
      status: 200,
      body: {
        ...{ isLive: true, durationMs: 5_000, line: COUNTS, turns: 1, interruptions: 1 },
        messages: { caller: 1, agent: 1 },
        lastTranscription: { text: 'and when', atMs: 2_000, settled: false },
      },
    });
    expect(api.centre.sent).toEqual([{ callId: uuid(1), command: { type: 'tell-counts', author: 'stats' } }]);
  });

  it('goes without those of a node that does not tell in time', async () => {
    api.centre.live.push(liveCall(1));
    api.centre.answer = { state: 'queued', commandId: 'c-1', place: 3 };
    expect((await statsOf(1)).body).toMatchObject({ isLive: true, line: null, lastTranscription: null });
  });

  it('tells those of an ended call from its log', async () => {
    api.centre.stored.push(storedCall(1));
    api.centre.storedLogs.set(uuid(1), lines(...HEARD, { type: 'line-closed', end: 'closed', counted: COUNTS }));
    expect((await statsOf(1)).body).toMatchObject({ isLive: false, durationMs: 3_000, line: COUNTS });
    expect(api.centre.sent).toEqual([]);
  });

  it('has none of a line that nobody counted', async () => {
    api.centre.stored.push(storedCall(1));
    api.centre.storedLogs.set(uuid(1), lines({ type: 'line-closed', end: 'closed' }));
    expect((await statsOf(1)).body).toMatchObject({ line: null });
  });

  it('knows nothing of a call without a log, or of none', async () => {
    api.centre.stored.push(storedCall(1, { state: 'missed' }));
    expect(await statsOf(1)).toMatchObject({ status: 404, body: { code: 'call.no-log' } });
    expect(await statsOf(9)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
  });
});
