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
  placeCall,
  streamCallTranscript,
  transferCall,
  whisperToAgent,
} from '@app/client';
import { Program } from '../faults/program.js';
import { callerLines, COST } from '../faults/caller-lines.js';
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
  centre = await openOutboundCentre('ivr-callback', { settings: { recording }, env: { RECORDINGS_DIR: home } });
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
    const { data: placed } = await placeCall({ client, body: order });
    const id = placed?.id ?? '';
    const told: string[] = [];
    await until(() => phone.dial !== undefined);
    expect(await phone.answered(0)).toBe(true);
    const onSseEvent = ({ event }: { event?: string }) => void told.push(event ?? '');
    const { stream } = await streamCallTranscript({ client, path: { id }, onSseEvent, sseMaxRetryAttempts: 1 });
    const watching = watched(stream);
    expect((await getCall({ client, path: { id } })).data).toMatchObject({ state: 'live', can: expect.arrayContaining(['whisper', 'transfer']) }); // prettier-ignore

    const { data: noted } = await whisperToAgent({ client, path: { id }, body: { text: 'The first visit is free.' } });
    expect(noted).toMatchObject({ state: 'done', effect: 'noted' });
    await asks(id, COST);
    expect(JSON.stringify(centre.evidence.of(id))).toContain('The first visit is free.');

    const cold = { to: ELSEWHERE, text: 'I will put you through.' };
    const { data: done } = await transferCall({ client, path: { id }, body: cold });
    expect(done).toMatchObject({ effect: 'transferring' });
    await until(() => phone.end !== undefined);
    expect([phone.end, phone.commands]).toEqual(['transferred', [{ type: 'transfer', to: ELSEWHERE.slice(1) }]]);
    await watching;
    expect(told).toEqual(['agent.spoke', 'caller.spoke', 'agent.spoke', 'agent.spoke', 'call.ended']);

    await until(async () => (await getCallReport({ client, path: { id } })).response?.status === 200, 30_000);
    const { data: call } = await getCall({ client, path: { id } });
    expect(call).toMatchObject({ state: 'ended', endReason: 'transferred', hasRecording: true, direction: 'outbound' });
    const { data: sound } = await getCallRecording({ client, path: { id }, parseAs: 'arrayBuffer' });
    const { channels } = parseWav(Buffer.from(sound as unknown as ArrayBuffer));
    for (const channel of channels) expect(rms(channel)).toBeGreaterThan(50);
  });
});

describe('the examples of the README', () => {
  it('work as they are pasted', async () => {
    const blocks = [...readFileSync(README, 'utf8').matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
    expect(blocks.length).toBeGreaterThan(3);
    mkdirSync(join(home, '.local'));
    writeFileSync(join(home, '.local/centre.json'), JSON.stringify({ apiUrl: centre.url, apiKey: centre.key }));
    const pasted = paste(blocks.join('\n'));
    await until(() => phone.dial !== undefined);
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
