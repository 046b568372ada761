import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseWav, rms } from '@app/audio';
import {
  clientFor,
  getCall,
  getCallRecording,
  getCallReport,
  listCalls,
  placeCall,
  streamCallTranscript,
  transferCall,
  whisperToAgent,
} from '@app/client';
import { Program } from './program.js';
import { callerLines, COST, WHERE } from './caller-lines.js';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre } from '../outbound-centre.js';
import { Phone } from '../phone.js';
import { until } from '../until.js';

jest.setTimeout(90_000);

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const TO = '+33612345678';
const ELSEWHERE = '+441632960002';

let centre: OutboundCentre;
let worker: Program;
let home: string;
let lines: Awaited<ReturnType<typeof callerLines>>;
let phone: Phone;

beforeAll(async () => {
  lines = await callerLines();
  home = mkdtempSync(join(tmpdir(), 'integrator-'));
  const recording = { enabled: true, announcement: null };
  centre = await openOutboundCentre({ dials: false, settings: { recording }, env: { RECORDINGS_DIR: home } });
  await centre.postgres.prisma.phoneNumber.deleteMany({ where: { e164: { not: IVR_NUMBER } } });
  worker = new Program('worker', centre.env as Record<string, string>);
});
afterAll(async () => {
  await worker?.kill();
  await centre?.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  phone = new Phone();
  centre.phones.push(phone);
  centre.served.script.queue({ type: 'person', afterMs: 200, streams: true, staysMs: 0 });
});

const NOBODY = 'I am sorry, nobody can take your call right now. I am still here for you.';

const lineOf = (text: string) => {
  const line = lines.get(text);
  if (!line) throw new Error('a line that was not rendered');
  return line;
};

async function asks(id: string, text: string): Promise<void> {
  centre.willSay(id, text);
  const { toMs } = await phone.says(lineOf(text));
  expect(await phone.answered(toMs)).toBe(true);
}

describe('the generated client', () => {
  it('drives a call that it places: watches it, whispers, transfers, and reads what is left of it', async () => {
    const client = clientFor({ url: centre.url, key: centre.key });
    const order = { agent: 'clara', to: TO, variables: { name: 'Anna' } };
    centre.served.ringover.faults.add({ kind: 'status', status: 429, path: '/ivrs', times: 1 });
    const { data: placed } = await placeCall({ client, body: order });
    const told: string[] = [];
    await until(() => phone.dial !== undefined, 30_000);
    const id = await dialledAs(placed?.id ?? '');
    expect(await phone.answered(0)).toBe(true);
    const onSseEvent = ({ event }: { event?: string }) => void (event && told.push(event)); // else it keeps the line open
    const { stream } = await streamCallTranscript({ client, path: { id }, onSseEvent, sseMaxRetryAttempts: 1 });
    const watching = watched(stream);
    expect((await getCall({ client, path: { id } })).data).toMatchObject({ state: 'live', can: expect.arrayContaining(['whisper', 'transfer']) }); // prettier-ignore

    const { data: noted } = await whisperToAgent({ client, path: { id }, body: { text: 'The first visit is free.' } });
    expect(noted).toMatchObject({ state: 'done', effect: 'noted' });
    await asks(id, COST);
    expect(JSON.stringify(centre.evidence.of(id))).toContain('The first visit is free.');

    centre.served.script.queue({ type: 'busy', afterMs: 300 });
    const warm = { to: ELSEWHERE, mode: 'warm' as const };
    expect((await transferCall({ client, path: { id }, body: warm })).data).toMatchObject({ effect: 'calling-person' });
    const again = await transferCall({ client, path: { id }, body: warm });
    expect(again.error).toMatchObject({ code: 'call.calling-person' });
    await until(() => events(id).then((all) => all.includes('person.missed busy')));
    await until(() => heardBy(id).then((all) => all.includes(NOBODY)));
    expect(phone.end).toBeUndefined();

    const cold = { to: ELSEWHERE, text: 'I will put you through.' };
    const { data: done } = await transferCall({ client, path: { id }, body: cold });
    expect(done).toMatchObject({ effect: 'transferring' });
    await until(() => phone.end !== undefined);
    expect([phone.end, phone.commands]).toEqual(['transferred', [{ type: 'transfer', to: ELSEWHERE.slice(1) }]]);
    await watching;
    expect(told).toEqual(['agent.spoke', 'caller.spoke', ...Array<string>(3).fill('agent.spoke'), 'call.ended']);

    await until(async () => (await getCallReport({ client, path: { id } })).response?.status === 200, 30_000);
    const { data: call } = await getCall({ client, path: { id } });
    expect(call).toMatchObject({ state: 'ended', endReason: 'transferred', hasRecording: true, direction: 'outbound' });
    const { data: sound } = await getCallRecording({ client, path: { id }, parseAs: 'arrayBuffer' });
    const { channels } = parseWav(Buffer.from(sound as unknown as ArrayBuffer));
    for (const channel of channels) expect(rms(channel)).toBeGreaterThan(50);
  });
});

describe('a person who is called to take a call over', () => {
  it('hears what it is about while the caller hears music, and is joined with the caller', async () => {
    const client = clientFor({ url: centre.url, key: centre.key });
    const { data: placed } = await placeCall({ client, body: { agent: 'clara', to: TO, variables: { name: 'Anna' } } });
    await until(() => phone.dial !== undefined, 30_000);
    const id = await dialledAs(placed?.id ?? '');
    expect(await phone.answered(0)).toBe(true);

    const person = new Phone();
    centre.phones.push(person);
    centre.served.script.queue({ type: 'person', afterMs: 500, streams: true, staysMs: 0 });
    const warm = { to: ELSEWHERE, mode: 'warm' as const, text: 'One moment.', briefing: 'It is about order seven.' };
    await transferCall({ client, path: { id }, body: warm });
    await until(() => person.dial !== undefined);
    const heldMs = phone.nowMs;
    expect(person.dial?.facts.toNumber).toBe(ELSEWHERE.slice(1));
    expect(await person.until(() => person.activity.speakingForMs > 500, 15_000)).toBe(true);
    expect((await getCall({ client, path: { id } })).data).toMatchObject({ desk: { held: true } });
    await phone.until(() => phone.nowMs > heldMs + 1_500, 5_000);
    for (let atMs = heldMs; atMs < phone.nowMs - 500; atMs += 500) expect(rms(phone.heard(atMs, 500))).toBeGreaterThan(150); // prettier-ignore
    person.presses('1');
    await until(() => events(id).then((all) => all.includes('person.joined')));
    expect((await getCall({ client, path: { id } })).data).toMatchObject({ can: ['hangup'], desk: { held: false } });

    await phone.until(() => phone.activity.quietMs > 500, 5_000);
    const [ofPerson, ofCaller] = [person.nowMs, phone.nowMs];
    await phone.says(lineOf(WHERE));
    expect(await person.answered(ofPerson)).toBe(true);
    expect(phone.activity.spokeSince(ofCaller + 100)).toBe(false);
    await person.says(lineOf(COST));
    expect(await phone.answered(ofCaller)).toBe(true);

    person.hangUp();
    await until(() => phone.end !== undefined);
    expect([phone.end, person.end]).toEqual(['left', 'hung-up']);
    await until(async () => (await getCall({ client, path: { id } })).data?.state === 'ended', 30_000);
    const { data: call } = await getCall({ client, path: { id } });
    expect(call).toMatchObject({ endReason: 'transferred', hasRecording: true });
    await until(async () => (await legsOf(id)).length === 2);
    expect(await legsOf(id)).toEqual([{ role: 'caller', number: IVR_NUMBER, outcome: null }, { role: 'person', number: ELSEWHERE, outcome: 'joined' }]); // prettier-ignore
    const { data: listed } = await listCalls({ client, query: { number: ELSEWHERE } });
    expect(listed?.calls).toEqual([]);
  });
});

describe('the examples of the README', () => {
  it('work as they are pasted', async () => {
    const blocks = [...readFileSync(README, 'utf8').matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
    expect(blocks.length).toBeGreaterThan(3);
    mkdirSync(join(home, '.local'));
    writeFileSync(join(home, '.local/centre.json'), JSON.stringify({ apiUrl: centre.url, apiKey: centre.key }));
    centre.served.ringover.faults.add({ kind: 'status', status: 429, path: '/ivrs', times: 1 });
    const pasted = paste(blocks.join('\n'));
    await until(() => phone.dial !== undefined, 30_000);
    const { code, printed } = await pasted;
    expect([code, printed]).toEqual([0, expect.any(String)]);
    expect(phone.end).toBe('left');
    expect(printed).toContain('operator-hung-up');
    expect(printed).toContain('event: agent.spoke');
    expect(printed).toContain('We close at six today.');
    expect(JSON.parse(readFileSync(join(home, 'report.json'), 'utf8'))).toMatchObject({ state: 'ready' });
    expect(parseWav(readFileSync(join(home, 'recording.wav'))).channels).toHaveLength(2);
  });
});

/** The try that rang: a carrier that says "not now" to one is asked again by another, which is a call of its own. */
const dialledAs = async (id: string) => (await callOf(id))?.order?.tries.at(-1)?.callId ?? id;

async function callOf(id: string) {
  const { data } = await getCall({ client: clientFor({ url: centre.url, key: centre.key }), path: { id } });
  return data;
}

/** Of persons who were called. */
const events = async (id: string) =>
  ((await callOf(id))?.events ?? []).map(({ type, data }) => `${type} ${String(data['why'] ?? '')}`.trim());

const heardBy = async (id: string) => ((await callOf(id))?.transcript ?? []).map(({ heard }) => heard);

const legsOf = (callId: string) =>
  centre.postgres.prisma.callLeg.findMany({
    where: { callId },
    orderBy: { startedAt: 'asc' },
    select: { role: true, number: true, outcome: true },
  });

/** Read to its end; what came was told. */
async function watched(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const item of stream) expect(item).toBeDefined();
}

/** Into a shell that stops at what fails, in a folder of its own. */
function paste(code: string): Promise<{ code: number | null; printed: string }> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', code], { cwd: home, env, timeout: 60_000 });
  let printed = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  return new Promise((resolve) => shell.once('close', (exit) => resolve({ code: exit, printed })));
}
