import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseWav, wavHeader } from '@app/audio';
import { StoreError } from '@app/conversation/ports';
import { newCallId, systemClock } from '@app/kernel';
import { CostStore } from '@app/persistence';
import { begunCall } from '@app/persistence/testing';
import { PriceList } from '@app/providers';
import { exampleLog, logOfMessage } from '../testing/example-log.js';
import {
  ENDED_AT,
  endedCall,
  liveCall,
  newLiveCall,
  silentLog,
  type StoresForSpecs,
  storesForSpecs,
} from '../testing/worker-for-specs.js';
import { finishCall, type FinishCallParts } from './finish-call.job.js';

let stores: StoresForSpecs;

beforeAll(async () => {
  stores = await storesForSpecs();
  recordings = await mkdtemp(join(tmpdir(), 'recordings-'));
});
afterAll(async () => {
  await stores.close();
  await rm(recordings, { recursive: true });
});
afterEach(() => void jest.restoreAllMocks());

const HUNG_UP_AT = '2030-01-07T09:00:04.000Z';
let recordings: string;
const prices = new PriceList();
const parts = (): FinishCallParts => ({
  ...stores,
  attempts: { noteVoicemail },
  clock: systemClock,
  log: silentLog,
  recordings,
  prices,
});
const noted: unknown[][] = [];
const noteVoicemail = (...its: unknown[]) => Promise.resolve(void noted.push(its));
const finish = (callId: string) => finishCall(parts())({ callId });

const USED = [
  { stage: 'recogniser', provider: 'deepgram/nova-3', soundMs: 60_000 },
  { stage: 'recogniser', provider: 'nobody/knows', soundMs: 1_000 },
] as const;

/** What a worker that is killed just there leaves undone. */
const KILLED = new StoreError('test', 'unavailable');

async function expectStored(callId: string): Promise<void> {
  expect(await stores.calls.get(callId)).toMatchObject({
    state: 'ended',
    endReason: 'caller-hung-up',
    endedAt: new Date(ENDED_AT),
    durationMs: 3_000,
    transcript: [{ speaker: 'caller', said: 'Where is my order?' }],
  });
  expect(await stores.calls.logOf(callId)).toEqual(exampleLog());
  expect(await stores.logs.read(callId)).toEqual([]);
  expect(await stores.live.get(callId)).toBeUndefined();
}

describe('finishing a call', () => {
  it('moves its log and what it tells from Redis to Postgres', async () => {
    const call = await endedCall(stores);
    await finish(call.id);

    await expectStored(call.id);
  });

  it('mends the recording that a killed process left, and notes it', async () => {
    const call = await endedCall(stores);
    const path = join(recordings, `${call.id}.wav`);
    const sound = new Uint8Array(401).fill(7); // broken off in the middle of a pair
    await writeFile(path, Buffer.concat([wavHeader({ rateHz: 8_000, channels: 2 }), sound]));
    await finish(call.id);

    expect(await stores.calls.get(call.id)).toMatchObject({ recordingPath: `${call.id}.wav` });
    expect(parseWav(await readFile(path)).channels.map(({ length }) => length)).toEqual([100, 100]);
    await expectStored(call.id);
  });

  it.each([
    [false, true],
    [true, false],
  ])('notes that a machine took it, and whether it got its message (interrupted: %s)', async (interrupted, isTold) => {
    const call = await endedCall(stores);
    await stores.logs.drop(call.id);
    const log = stores.logs.open(call.id);
    for (const line of logOfMessage(interrupted)) log.append(line);
    await log.flush(1_000);
    noted.length = 0;
    await finish(call.id);

    expect(noted).toEqual([[call.id, { at: expect.any(Date), told: isTold }]]);
  });

  it('asks for its report before Redis forgets it, so that one who breaks in between asks again', async () => {
    const call = await endedCall(stores);
    jest.spyOn(stores.queue, 'add').mockRejectedValueOnce(KILLED);
    await expect(finish(call.id)).rejects.toBe(KILLED);
    expect(await stores.live.get(call.id)).toBeDefined();
    await finish(call.id);

    expect(stores.queue.asked).toContainEqual(['report-call', call.id, { callId: call.id }]);
  });

  it('stores what it cost, at the prices of its day', async () => {
    const call = await liveCall(stores, {}, exampleLog(USED));
    await stores.live.end(call.id, { endedAt: ENDED_AT, endReason: 'caller-hung-up' });
    await finish(call.id);

    expect((await stores.calls.get(call.id))?.cost).toEqual({ usd: 0.0058, wastedUsd: 0, unpriced: ['nobody/knows'] });
    expect((await new CostStore(stores.postgres.prisma).of(call.id))?.lines).toMatchObject([
      { turn: 1, stage: 'recogniser', provider: 'deepgram/nova-3', soundMs: 60_000, usd: 0.0058 },
      { turn: 1, stage: 'recogniser', provider: 'nobody/knows', soundMs: 1_000, usd: null },
    ]);
  });

  it('knows no cost of a log in which nobody counted', async () => {
    const call = await endedCall(stores);
    await finish(call.id);

    expect((await stores.calls.get(call.id))?.cost).toBeNull();
  });

  it('does nothing the second time', async () => {
    const call = await endedCall(stores);
    await finish(call.id);
    const before = await stores.calls.get(call.id);
    await finish(call.id);

    expect(await stores.calls.get(call.id)).toEqual(before);
    await expectStored(call.id);
  });

  it('is done once by two who are given it at the same time', async () => {
    const call = await endedCall(stores);
    await Promise.all([finish(call.id), finish(call.id)]);

    await expectStored(call.id);
  });

  it.each([
    ['before it asked Postgres', () => jest.spyOn(stores.calls, 'glance').mockRejectedValueOnce(KILLED)],
    ['before Postgres had it', () => jest.spyOn(stores.calls, 'finish').mockRejectedValueOnce(KILLED)],
    ['when Postgres had it, and Redis still too', () => jest.spyOn(stores.logs, 'drop').mockRejectedValueOnce(KILLED)],
    ['when its log had left Redis', () => jest.spyOn(stores.live, 'drop').mockRejectedValueOnce(KILLED)],
  ])('is done again after it broke %s', async (_when, breakThere) => {
    const call = await endedCall(stores);
    breakThere();
    await expect(finish(call.id)).rejects.toBe(KILLED);
    await finish(call.id);

    await expectStored(call.id);
  });

  it('refuses a call whose line is up', async () => {
    const call = await liveCall(stores);

    await expect(finish(call.id)).rejects.toMatchObject({ code: 'worker.call-not-ended', retryable: true });
    expect(await stores.logs.read(call.id)).toHaveLength(3);
  });

  it('does nothing for a call that nobody knows', async () => {
    await expect(finish(newCallId())).resolves.toBeUndefined();
  });

  it('writes the row of a call that began while Postgres was gone', async () => {
    const call = newLiveCall(stores.postgres.agentId, { carrierCallId: 'unknown-to-postgres' });
    await stores.live.begin(call);
    await stores.live.end(call.id, { endedAt: ENDED_AT, endReason: 'caller-hung-up' });
    await finish(call.id);

    expect(await stores.calls.get(call.id)).toMatchObject({ state: 'ended', carrierCallId: 'unknown-to-postgres' });
  });

  it('finishes a call of which Redis lost everything', async () => {
    const begun = begunCall(stores.postgres.agentId);
    await stores.calls.begin(begun);
    await stores.calls.noteClosing(begun.id, new Date(ENDED_AT));
    await finish(begun.id);

    const expected = { state: 'ended', endReason: 'failed', endedAt: new Date(ENDED_AT), ending: 'assumed' };
    expect(await stores.calls.get(begun.id)).toMatchObject(expected);
  });
});

describe('the ending of a call', () => {
  const endingOf = async (callId: string) => (await stores.calls.get(callId))?.ending;

  it('is assumed when the carrier said nothing', async () => {
    const call = await endedCall(stores, { carrierCallId: '17' });
    await finish(call.id);

    expect(await endingOf(call.id)).toBe('assumed');
  });

  it('is confirmed when the carrier said so, before or after the line closed', async () => {
    const [before, after] = [
      await liveCall(stores, { carrierCallId: '18' }),
      await endedCall(stores, { carrierCallId: '19' }),
    ];
    await stores.live.noteHangUp('ringover', '18', HUNG_UP_AT);
    await stores.live.end(before.id, { endedAt: ENDED_AT, endReason: 'caller-hung-up' });
    await stores.live.noteHangUp('ringover', '19', HUNG_UP_AT);
    await finish(before.id);
    await finish(after.id);

    expect([await endingOf(before.id), await endingOf(after.id)]).toEqual(['confirmed', 'confirmed']);
  });

  it('is confirmed when the carrier said so while the record was being stored', async () => {
    const call = await endedCall(stores, { carrierCallId: '20' });
    jest.spyOn(stores.logs, 'drop').mockImplementationOnce(async () => {
      await stores.live.noteHangUp('ringover', '20', HUNG_UP_AT);
    });
    await finish(call.id);

    expect(await stores.calls.get(call.id)).toMatchObject({ ending: 'confirmed', endedAt: new Date(HUNG_UP_AT) });
  });
});

describe('a log that is broken', () => {
  const cut = async (lines: readonly string[]) => {
    const call = newLiveCall(stores.postgres.agentId);
    await stores.live.begin(call);
    const log = stores.logs.open(call.id);
    for (const line of lines) log.append(line);
    await log.flush(1_000);
    await stores.live.end(call.id, { endedAt: ENDED_AT, endReason: 'node-lost' });
    await finish(call.id);
    return { kept: await stores.calls.get(call.id), log: await stores.calls.logOf(call.id) };
  };

  it('that ends before the call did tells all that stands in it, and when that was', async () => {
    const lines = exampleLog().slice(0, 2);
    const { kept } = await cut(lines);

    expect(kept).toMatchObject({ endReason: 'node-lost', durationMs: 2_100, transcript: [{ speaker: 'caller' }] });
    expect(kept?.endedAt).toEqual(new Date('2030-01-07T09:00:02.100Z'));
  });

  it('that misses a part tells what comes before it, and is kept whole', async () => {
    const [first = '', , third = ''] = exampleLog();
    const { kept, log } = await cut([first, third]);

    expect(kept).toMatchObject({ endReason: 'node-lost', transcript: [], events: [{ type: 'call.started' }] });
    expect(log).toEqual([first, third]);
  });

  it('that cannot be read at all leaves a call without words', async () => {
    const { kept } = await cut(['{"format":999,"seq":0}']);

    expect(kept).toMatchObject({ state: 'ended', endReason: 'node-lost', durationMs: 0, transcript: [] });
  });
});
