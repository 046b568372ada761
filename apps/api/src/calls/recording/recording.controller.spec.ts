import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, RECORDINGS, startApi } from '../../testing/api-under-test.js';
import { uuid } from '../../testing/fake-centre.js';
import { liveCall, someAgent, storedCall } from '../../testing/some-calls.js';

const FILE = 'book-a-table-8k.wav';

let api: ApiUnderTest;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'));
  copyFileSync(join(RECORDINGS, FILE), join(folder, FILE));
  api = await startApi([], folder);
  api.centre.agents.push(someAgent());
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string) => api.ask(`/api/v1/calls${path}`);
const kept = (recordingPath: string | null) => api.centre.stored.push(storedCall(1, { recordingPath }));

describe('the recording of a call', () => {
  it('is told of, and given whole', async () => {
    kept(FILE);
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({ hasRecording: true });
    const answer = await get(`/${uuid(1)}/recording`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    expect([answer.text.slice(0, 4), answer.headers.get('accept-ranges')]).toEqual(['RIFF', 'bytes']);
  });

  it('is given in parts', async () => {
    kept(FILE);
    const answer = await api.ask(`/api/v1/calls/${uuid(1)}/recording`, { headers: { range: 'bytes=8-11' } });
    expect([answer.status, answer.text]).toEqual([206, 'WAVE']);
    expect(answer.headers.get('content-range')).toMatch(/^bytes 8-11\/\d+$/);
  });

  it.each([
    ['there is none', null],
    ['its file is not here', 'elsewhere.wav'],
  ])('is a 404 when %s', async (_why, recordingPath) => {
    kept(recordingPath);
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({ hasRecording: recordingPath !== null });
    expect(await get(`/${uuid(1)}/recording`)).toMatchObject({ status: 404, body: { code: 'call.no-recording' } });
  });

  it('is nobody’s without a key', async () => {
    kept(FILE);
    const answer = await api.ask(`/api/v1/calls/${uuid(1)}/recording`, { headers: { authorization: '' } });
    expect(answer.status).toBe(401);
  });
});

describe('deleting the recording of a call', () => {
  const remove = (id: string) => api.ask(`/api/v1/calls/${id}/recording`, { method: 'DELETE' });
  const isThere = () => existsSync(join(folder, FILE));

  it('removes the file and what tells of it, and nothing else', async () => {
    kept(FILE);
    expect(await remove(uuid(1))).toMatchObject({ status: 204, text: '' });
    expect(isThere()).toBe(false);
    expect(await get(`/${uuid(1)}`)).toMatchObject({ status: 200, body: { hasRecording: false } });
    expect(await get(`/${uuid(1)}/recording`)).toMatchObject({ status: 404 });
    expect(await remove(uuid(1))).toMatchObject({ status: 404, body: { code: 'call.no-recording' } });
  });

  it('is noted with who asked for it', async () => {
    kept(FILE);
    await remove(uuid(1));
    const line = { msg: 'recording deleted', callId: uuid(1), by: 'dashboard' };
    expect(JSON.parse(/^.*recording deleted.*$/m.exec(api.logged())?.[0] ?? '{}')).toMatchObject(line);
  });

  it.each(['live', 'closing', 'ended'] as const)('is refused until its record is stored (%s)', async (state) => {
    api.centre.stored.push(storedCall(1, { state: 'closing', finishedAt: null, recordingPath: FILE }));
    api.centre.live.push(liveCall(1, { state }));
    expect(await remove(uuid(1))).toMatchObject({ status: 409, body: { code: 'call.not-over' } });
    expect(isThere()).toBe(true);
  });

  it('does not say that a file is gone which is not in this folder', async () => {
    kept('elsewhere.wav');
    expect(await remove(uuid(1))).toMatchObject({ status: 404, body: { code: 'call.no-recording' } });
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({ hasRecording: true });
  });

  it('finds no call that nobody knows', async () => {
    for (const id of [uuid(7), 'hunter', '1%00'])
      expect(await remove(id)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
  });

  it('is not for who has no key', async () => {
    kept(FILE);
    const options = { method: 'DELETE', headers: { authorization: '' } };
    expect((await api.ask(`/api/v1/calls/${uuid(1)}/recording`, options)).status).toBe(401);
    expect(isThere()).toBe(true);
  });
});
