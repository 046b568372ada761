import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseWav, rms } from '@app/audio';
import { Caller } from '../faults/caller.js';
import { callerLines, WHERE } from '../faults/caller-lines.js';
import { FaultCentre, type Node } from '../faults/fault-centre.js';
import { writtenOf } from '../faults/written.js';
import { until } from '../until.js';

jest.setTimeout(90_000);

const AGENT = 'northgate-parcels';
const HEADER_BYTES = 44;
/** Of two channels of 16 bits at 8 kHz. */
const BYTES_PER_MS = 32;
/** The lab's voices are some thousands, its line's noise is 6. */
const LOUD_RMS = 300;
const QUIET_RMS = 30;

describe('a call that is recorded', () => {
  let centre: FaultCentre;
  let node: Node;
  let caller: Caller;
  /** What the caller said, in ms since the stream began. */
  let said: { fromMs: number; toMs: number };

  beforeAll(async () => {
    const lines = await callerLines();
    centre = await FaultCentre.open();
    await centre.keepRecordingsOf(AGENT);
    node = await centre.startNode();
    caller = await Caller.ring(node.centre, lines, { seed: 600, agent: AGENT });
    await Promise.all([caller.known(), caller.greeted()]);
  });
  afterAll(() => centre?.close());

  const ask = (path = '/recording', options: { method?: string; range?: string } = {}) => {
    const { apiUrl, apiKey } = node.centre;
    const { method = 'GET', range } = options;
    const headers = { authorization: `Bearer ${apiKey}`, ...(range && { range }) };
    return fetch(`${apiUrl}/api/v1/calls/${caller.callId}${path}`, { method, headers });
  };
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
  const hasRecording = async () => ((await (await ask('')).json()) as { hasRecording: boolean }).hasRecording;
  const file = () => join(centre.recordings, `${caller.callId}.wav`);

  it('cannot lose its recording while it goes on', async () => {
    await until(() => existsSync(file()));
    const refused = await ask('/recording', { method: 'DELETE' });
    expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining({ code: 'call.not-over' })]);
    said = await caller.says(WHERE);
    await caller.answered(said.toMs, { quietMs: 900, withinMs: 15_000 });
    expect(existsSync(file())).toBe(true);
    caller.hangUp();
    await caller.over();
    expect(await caller.record()).toMatchObject({ state: 'ended', endReason: 'caller-hung-up' });
    await until(async () => (await writtenOf(centre, caller.callId)).stored);
  });

  it('is kept with the caller left and the agent right, each where it sounded', async () => {
    const whole = await ask();
    const { rateHz, channels } = parseWav(await bytesOf(whole));
    const [left = new Int16Array(), right = new Int16Array()] = channels;
    const levels = (fromMs: number, toMs: number) =>
      [left, right].map((side) => rms(side.subarray(fromMs * 8, toMs * 8)));
    expect([whole.status, rateHz, channels.length, left.length]).toEqual([200, 8_000, 2, right.length]);
    const callerAt = soundOf(left);
    const agentAt = soundOf(right);
    expect(agentAt[0]?.fromMs).toBeLessThan(300); // it begins with what the agent says first
    expect(callerAt).toHaveLength(1);
    const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = callerAt;
    expect(Math.abs(toMs - fromMs - (said.toMs - said.fromMs))).toBeLessThan(400);
    const [callerLevel = 0, agentLevel = 0] = levels(fromMs, toMs);
    expect(callerLevel).toBeGreaterThan(LOUD_RMS);
    expect(agentLevel).toBeLessThan(QUIET_RMS); // nobody talked over the caller
    expect(agentAt.some((answer) => answer.fromMs > toMs)).toBe(true);
  });

  it('is given in parts, as a player asks for them', async () => {
    const whole = await bytesOf(await ask());
    const from = HEADER_BYTES + 500 * BYTES_PER_MS;
    const to = from + 1_000 * BYTES_PER_MS - 1;
    const part = await ask('/recording', { range: `bytes=${from}-${to}` });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to}/${whole.length}`]);
    expect((await bytesOf(part)).equals(whole.subarray(from, to + 1))).toBe(true);
  });

  it('loses its recording when asked to, for good, and nothing else', async () => {
    expect(await hasRecording()).toBe(true);
    expect((await ask('/recording', { method: 'DELETE' })).status).toBe(204);
    expect(existsSync(file())).toBe(false);
    expect((await ask()).status).toBe(404);
    expect((await ask('/recording', { method: 'DELETE' })).status).toBe(404);
    expect(await hasRecording()).toBe(false);
    const { transcript } = await caller.live();
    expect(transcript).toContainEqual(expect.objectContaining({ speaker: 'caller', said: WHERE }));
  });
});

const STEP_MS = 50;
/** Shorter than between a question and its answer, longer than between words. */
const PAUSE_MS = 300;

/** Stretches of a channel that sound. */
function soundOf(samples: Int16Array): { fromMs: number; toMs: number }[] {
  const found: { fromMs: number; toMs: number }[] = [];
  for (let atMs = 0; atMs * 8 < samples.length; atMs += STEP_MS) {
    if (rms(samples.subarray(atMs * 8, (atMs + STEP_MS) * 8)) < LOUD_RMS) continue;
    const last = found.at(-1);
    if (last && atMs - last.toMs < PAUSE_MS) last.toMs = atMs + STEP_MS;
    else found.push({ fromMs: atMs, toMs: atMs + STEP_MS });
  }
  return found;
}
