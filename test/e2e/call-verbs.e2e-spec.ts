import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rms } from '@app/audio';
import { systemClock } from '@app/kernel';
import pg from 'pg';
import { WebSocket } from 'ws';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import { Caller } from '../faults/caller.js';
import { callerLines, COST, WHERE } from '../faults/caller-lines.js';
import { FaultCentre, type Node } from '../faults/fault-centre.js';
import { until } from '../until.js';
import { type SseEvent, sseOf } from './sse.js';

jest.setTimeout(150_000);

const AGENT = 'brightwater-dental';
const OTHER = 'harbour-hotel';
const ELSEWHERE = '+441632960002';
const QUIET = { quietMs: 900, withinMs: 15_000 };
/** Nothing of the agent's may come for so long after what it would answer. */
const SILENT_MS = 3_500;

/** The node that carries the calls, and the one that is asked. */
let centre: FaultCentre;
let owner: Node;
let asked: Node;
let lines: Awaited<ReturnType<typeof callerLines>>;
let seed = 700;

beforeAll(async () => {
  lines = await callerLines();
  centre = await FaultCentre.open({}, { keepsSound: true });
  [owner, asked] = await Promise.all([centre.startNode(), centre.startNode()]);
});
afterAll(() => centre?.close());

async function greetedCall(of = (seed += 1)): Promise<Caller> {
  const caller = await Caller.ring(owner.centre, lines, { seed: of, agent: AGENT });
  await Promise.all([caller.known(), caller.greeted()]);
  return caller;
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Of the other node; within a second and a half, as it promises. */
async function ask(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
  const beganMs = systemClock.nowMs();
  const answer = await fetch(`${asked.centre.apiUrl}/api/v1/calls/${path}`, {
    method,
    headers: { authorization: `Bearer ${asked.centre.apiKey}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(systemClock.nowMs() - beganMs).toBeLessThan(1_500);
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function does(caller: Caller, verb: string, effect: string, body?: object): Promise<void> {
  expect(await ask('POST', `${caller.callId}/${verb}`, body)).toMatchObject({
    status: 200,
    body: { state: 'done', effect },
  });
}

const evidenceOf = async ({ callId }: Caller) => {
  const evidence = await new CentreClient(owner.centre, systemClock).evidence(callId);
  if (!evidence) throw new Error('the doubles have no part in the call');
  return evidence;
};

/** Waits until all of it was said to the caller: the voice's sound of it is in what was sent, sample for sample. */
async function hears(caller: Caller, text: string): Promise<void> {
  await until(async () => (await said(caller)).includes(`agent: ${text}`), QUIET.withinMs);
  await caller.until(() => caller.activity.quietMs >= QUIET.quietMs, QUIET.withinMs);
  const { pieces, sharedPieces } = await evidenceOf(caller);
  const piece = [...pieces, ...sharedPieces].findLast((each) => each.text.trim() === text);
  expect(piece).toBeDefined();
  const sound = Buffer.from(piece?.pcm ?? 'none', 'base64');
  const sent = () => Buffer.concat(caller.received.flatMap(({ command }) => (command.type === 'stream-audio' ? [bytesOf(command.samples)] : []))); // prettier-ignore
  await caller.until(() => sent().includes(sound), QUIET.withinMs); // told as said a moment before its last message is here
  expect(sent().includes(sound)).toBe(true);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => Buffer.from(buffer, byteOffset, byteLength);

/** The caller says it, and is answered. */
async function isAnswered(caller: Caller, line: string): Promise<void> {
  const { toMs } = await caller.says(line);
  expect(await caller.answered(toMs, QUIET)).toBe(true);
}

/** The caller says it, and nothing comes. */
async function isNotAnswered(caller: Caller, line: string): Promise<void> {
  const { toMs } = await caller.says(line);
  await caller.until(() => false, SILENT_MS);
  expect(caller.activity.spokeSince(toMs)).toBe(false);
}

const said = async (caller: Caller) =>
  (await caller.live()).transcript.map(({ speaker, heard }) => `${speaker}: ${heard}`);

/** How much of a stretch is this tone, 0 to 1 (Goertzel). */
function shareOf(samples: Int16Array, hz: number): number {
  let [re, im, all] = [0, 0, 0];
  samples.forEach((sample, n) => {
    re += sample * Math.cos((2 * Math.PI * hz * n) / 8_000);
    im += sample * Math.sin((2 * Math.PI * hz * n) / 8_000);
    all += sample * sample;
  });
  return all === 0 ? 0 : (2 * (re * re + im * im)) / (samples.length * all);
}

const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
/** Of all that a model was told: what was said in two breaths stands in two messages. */
const lettersOf = (messages: readonly object[]) =>
  messages.map((message) => letters('content' in message ? String(message.content) : '')).join('');

describe('a call, asked of a node that does not carry it', () => {
  it.concurrent('says what it is told to, once for one key, and is told of as it happens', async () => {
    const caller = await greetedCall();
    const events: SseEvent[] = [];
    const stream = sseOf(`${asked.centre.apiUrl}/api/v1/calls/${caller.callId}/transcript/stream`, asked.centre.apiKey, (event) => events.push(event)); // prettier-ignore
    expect(await ask('GET', caller.callId)).toMatchObject({ body: { can: expect.arrayContaining(['say', 'transfer', 'digits']) } }); // prettier-ignore
    const text = 'We close at six today.';
    const key = { 'idempotency-key': 'the-key' };
    const [first, second] = await Promise.all([
      ask('POST', `${caller.callId}/say`, { text }, key),
      ask('POST', `${caller.callId}/say`, { text }, key),
    ]);
    expect(first).toMatchObject({ status: 200, body: { effect: 'saying' } });
    expect(second).toEqual(first);
    expect(await ask('POST', `${caller.callId}/say`, { text: 'Else.' }, key)).toMatchObject({ status: 409, body: { code: 'idempotency.mismatch' } }); // prettier-ignore
    await hears(caller, text);
    expect((await said(caller)).filter((line) => line === `agent: ${text}`)).toHaveLength(1);
    await does(caller, 'whisper', 'noted', { text: 'The house is on the hill.' });
    await isAnswered(caller, WHERE);
    const { modelRequests } = await evidenceOf(caller);
    expect(JSON.stringify(modelRequests.at(-1)?.messages)).toContain('The house is on the hill.');
    expect(JSON.stringify(await said(caller))).not.toContain('on the hill');
    await does(caller, 'hangup', 'hung-up');
    await until(() => caller.end !== undefined);
    expect(caller.end).toBe('agent-closed');
    await stream.ended;
    expect(events.map(({ event }) => event)).toEqual(['agent.spoke', 'agent.spoke', 'caller.spoke', 'agent.spoke', 'call.ended']); // prettier-ignore
    expect(await ask('POST', `${caller.callId}/say`, { text }, key)).toEqual(first);
    expect(await ask('POST', `${caller.callId}/say`, { text })).toMatchObject({ status: 409, body: { code: 'call.ended' } }); // prettier-ignore
    await resumesEverywhere(caller, events);
  });

  /** From any event on, the rest comes once, while the record is made and after it. */
  async function resumesEverywhere(caller: Caller, events: readonly SseEvent[]): Promise<void> {
    const url = `${asked.centre.apiUrl}/api/v1/calls/${caller.callId}/transcript/stream`;
    const rest = async (after: number) => {
      const got: SseEvent[] = [];
      await sseOf(url, asked.centre.apiKey, (event) => got.push(event), String(after)).ended;
      return got.map(({ id }) => id);
    };
    const ids = events.map(({ id }) => id);
    const middle = ids[2] ?? 0;
    expect(await rest(middle)).toEqual(ids.filter((id) => id > middle));
    await caller.record();
    expect(await rest(middle)).toEqual(ids.filter((id) => id > middle));
    expect(await rest(ids.at(-1) ?? 0)).toEqual([]);
    const { body } = await ask('GET', `${caller.callId}/events`);
    const listed = (body['events'] as { seq: number; type: string }[]).map(({ seq }) => seq);
    expect(listed).toEqual(listed.map((_, index) => index + 1));
    const { body: latency } = await ask('GET', `${caller.callId}/latency`);
    expect(latency['turns']).toMatchObject([{ turn: 1, stages: expect.arrayContaining([expect.objectContaining({ stage: 'first-token' })]) }]); // prettier-ignore
  }

  it.concurrent('mutes either side, and plays what is asked for', async () => {
    const caller = await greetedCall();
    await does(caller, 'mute', 'muted', { side: 'caller' });
    await isNotAnswered(caller, WHERE);
    expect(await said(caller)).toHaveLength(1);
    await does(caller, 'unmute', 'unmuted', { side: 'caller' });
    await isAnswered(caller, COST);
    await does(caller, 'mute', 'muted', { side: 'agent' });
    await isNotAnswered(caller, WHERE);
    expect(await ask('POST', `${caller.callId}/say`, { text: 'No.' })).toMatchObject({ status: 409, body: { code: 'call.agent-muted' } }); // prettier-ignore
    const { nowMs } = caller;
    await does(caller, 'unmute', 'unmuted', { side: 'agent' });
    expect(await caller.answered(nowMs, QUIET)).toBe(true);
    const beepFromMs = caller.nowMs;
    await does(caller, 'play', 'playing', { sound: 'beep' });
    await caller.answered(beepFromMs, QUIET);
    expect(shareOf(caller.heard(caller.activity.speechBeganMs + 50, 300), 1_000)).toBeGreaterThan(0.95);
    caller.hangUp();
    await caller.over();
  });

  it.concurrent('holds with music, and goes on with the words that are given', async () => {
    const caller = await greetedCall();
    const { received } = caller;
    await does(caller, 'hold', 'held');
    await caller.until(() => false, 1_000);
    const fromMs = caller.nowMs;
    await caller.says(WHERE);
    await caller.until(() => false, 2_000);
    for (let atMs = fromMs; atMs < caller.nowMs - 500; atMs += 500)
      expect(rms(caller.heard(atMs, 500))).toBeGreaterThan(150);
    expect(received.filter(({ command, atMs }) => command.type === 'break' && atMs > fromMs)).toEqual([]);
    expect(await said(caller)).toHaveLength(1);
    expect(await ask('GET', caller.callId)).toMatchObject({ body: { desk: { held: true } } });
    await does(caller, 'resume', 'resumed', { text: 'Thank you for waiting.' });
    await hears(caller, 'Thank you for waiting.');
    await isAnswered(caller, COST);
    caller.hangUp();
    await caller.over();
  });

  it('is taken over and given back, and handed to another agent, with all that was said', async () => {
    const caller = await greetedCall();
    await does(caller, 'take-over', 'taken-over');
    await isNotAnswered(caller, WHERE);
    await does(caller, 'say', 'saying', { text: 'I am a person, by the way.' });
    await hears(caller, 'I am a person, by the way.');
    await does(caller, 'give-back', 'given-back', { note: 'Be brief.' });
    await isAnswered(caller, COST);
    const before = (await evidenceOf(caller)).modelRequests.length;
    const { nowMs } = caller;
    await does(caller, 'hand-over', 'handed-over', { agent: OTHER });
    expect(await caller.answered(nowMs, QUIET)).toBe(true);
    const told = (await evidenceOf(caller)).modelRequests.slice(before).map(({ messages }) => lettersOf(messages));
    for (const words of ['Harbour', WHERE, 'I am a person, by the way.']) expect(told.join()).toContain(letters(words));
    expect(await ask('GET', caller.callId)).toMatchObject({ body: { agent: { slug: OTHER } } });
    expect([await centre.linesInUse(asked, AGENT), await centre.linesInUse(asked, OTHER)]).toEqual([0, 1]);
    caller.hangUp();
    await caller.over();
  });

  it.concurrent('sends digits and the call itself to the carrier, and is then forgotten whole', async () => {
    const own = (seed += 1);
    const watched = await watch();
    const caller = await greetedCall(own);
    await does(caller, 'digits', 'digits-sent', { digits: '12' });
    expect(await ask('POST', `${caller.callId}/digits`, { digits: '0#' })).toMatchObject({ status: 409, body: { code: 'carrier_cannot' } }); // prettier-ignore
    expect(await ask('DELETE', caller.callId)).toMatchObject({ status: 409, body: { code: 'call.not-over' } });
    await does(caller, 'transfer', 'transferring', { to: ELSEWHERE, text: 'I will put you through.' });
    await until(() => caller.end !== undefined);
    const told = caller.received.flatMap(({ command }) => (command.type === 'stream-audio' ? [] : [command]));
    expect(told.filter(({ type }) => type !== 'break')).toEqual([
      { type: 'digits', digits: '12' },
      { type: 'transfer', to: ELSEWHERE.slice(1) },
    ]);
    await caller.over();
    const record = await caller.record();
    expect([caller.end, record.endReason]).toEqual(['transferred', 'transferred']);
    expect(record.transcript.at(-1)?.heard).toBe('I will put you through.');
    const seen = watched.messages
      .filter(({ callId, seq }) => callId === caller.callId && seq !== 0)
      .map(({ seq }) => seq);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).toEqual(seen.map((_, index) => index + 1));
    watched.close();
    await until(async () => (await ask('DELETE', caller.callId)).status === 204);
    expect(await ask('GET', caller.callId)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
    expect(await rowsAbout(caller, own)).toEqual({ calls: 0, events: 0, logs: 0, webhooks: 0 });
  });
});

/** All calls, as a desk hears of them from the other node; let in by a ticket. */
async function watch(): Promise<{ messages: { callId?: string; seq?: number }[]; close(): void }> {
  const headers = { authorization: `Bearer ${asked.centre.apiKey}` };
  const answer = await fetch(`${asked.centre.apiUrl}/api/v1/tickets`, { method: 'POST', headers });
  const { ticket } = (await answer.json()) as { ticket: string };
  const url = `${asked.centre.apiUrl.replace('http', 'ws')}/api/v1/monitor?ticket=${ticket}`;
  const socket = new WebSocket(url);
  const messages: { type?: string; callId?: string; seq?: number }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString('utf8')) as object));
  await once(socket, 'open');
  const again = new WebSocket(url);
  const [error] = (await once(again, 'error').catch((reason: unknown) => [reason])) as [Error];
  expect(error.message).toContain('401');
  socket.send('{"type":"follow-all"}');
  await until(() => messages.some(({ type }) => type === 'following-all'));
  return { messages, close: () => socket.close() };
}

/** What Postgres still has of a call, and of the seed that its caller's number was made of. */
async function rowsAbout({ callId }: Caller, its: number): Promise<unknown> {
  const client = new pg.Client({ connectionString: centre.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM calls WHERE id = $1::uuid) AS calls,
              (SELECT count(*)::int FROM call_events WHERE call_id = $1::uuid) AS events,
              (SELECT count(*)::int FROM call_logs WHERE call_id = $1::uuid) AS logs,
              (SELECT count(*)::int FROM raw_webhooks WHERE body LIKE '%' || $2 || '%') AS webhooks`,
      [callId, `"from_number":"3361${String(its).padStart(7, '0')}"`],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}
