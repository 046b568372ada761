import { base64ToPcm } from '@app/audio';
import { FakeClock } from '@app/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { callEvidence } from '../../call-evidence.js';
import { FliteEngine } from '../../engines/flite.engine.js';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient, type SocketMessage } from '../testing/socket-client.js';

const alignment = z.object({
  chars: z.array(z.string()),
  charStartTimesMs: z.array(z.number()),
  charsDurationsMs: z.array(z.number()),
});
const audio = z.object({ audio: z.string(), contextId: z.string(), alignment: alignment.nullable() });

const TEXT = 'Hello there. How can I help you today?';

describe('the ElevenLabs double', () => {
  const flite = new FliteEngine();
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles({ engine: flite });
  });
  afterAll(() => doubles.close());

  const open = (query: Record<string, string> = {}, headers: Record<string, string> = { 'xi-api-key': 'lab' }) =>
    SocketClient.open(
      `${doubles.ws}/elevenlabs/v1/text-to-speech/v/multi-stream-input?${String(new URLSearchParams({ output_format: 'pcm_8000', ...query }))}`,
      { headers },
    );
  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'voice', kind, status, times: 1 });
  const speak = (client: SocketClient, id: string, text = TEXT) => {
    client.send({ text: ' ', context_id: id });
    client.send({ text: `${text} `, context_id: id });
    client.send({ context_id: id, flush: true });
    client.send({ context_id: id, close_context: true });
  };
  const isFinal = (told: SocketMessage) => told['isFinal'] === true;

  it('speaks a text in chunks, each with the places of its own characters, and then ends its context', async () => {
    const client = await open();
    speak(client, 'one');
    const told = await client.until(isFinal);
    client.socket.close();
    expect(told.at(-1)).toEqual({ audio: null, isFinal: true, contextId: 'one' });

    const chunks = told.slice(0, -1).map((chunk) => audio.parse(chunk));
    const lengths = chunks.map((chunk) => base64ToPcm(chunk.audio).length);
    expect(new Set(chunks.map(({ contextId }) => contextId))).toEqual(new Set(['one']));
    expect(new Set(lengths.slice(0, -1))).toEqual(new Set([2_000]));
    expect(chunks.flatMap((chunk) => chunk.alignment?.chars ?? []).join('')).toBe(TEXT);
    for (const places of chunks.slice(0, -1).flatMap((chunk) => chunk.alignment ?? [])) {
      expect(places.charStartTimesMs.filter((ms) => ms < 0 || ms > 250)).toEqual([]);
      expect(places.charsDurationsMs).toHaveLength(places.chars.length);
    }

    const { samples, words } = await flite.render('slt', TEXT, 8_000);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(samples.length);
    expect(wordStarts(chunks)).toEqual(words.map(({ startMs }) => startMs));
  });

  it('speaks each sentence as it comes in auto mode, and only what was flushed without', async () => {
    const [auto, plain] = [await open({ auto_mode: 'true' }), await open()];
    for (const client of [auto, plain]) client.send({ text: 'Good morning. ', context_id: 'a' });
    expect(audio.parse(await auto.next()).contextId).toBe('a');
    plain.send({ context_id: 'a', close_context: true });
    expect(isFinal((await plain.next()) ?? {})).toBe(true);
    for (const client of [auto, plain]) client.socket.close();
  });

  it('keeps contexts apart, and takes the name of a closed one again', async () => {
    const client = await open();
    speak(client, 'one', 'One.');
    speak(client, 'two', 'Two.');
    speak(client, 'one', 'One again.');
    let finals = 0;
    const told = await client.until((message) => isFinal(message) && ++finals === 3);
    client.socket.close();
    const said = (id: string) => told.filter(({ contextId }) => contextId === id).flatMap(({ alignment: places }) => alignment.nullish().parse(places)?.chars ?? []).join(''); // prettier-ignore
    expect(said('two')).toBe('Two.');
    expect([...said('one')].toSorted()).toEqual([...'One.One again.'].toSorted());
  });

  it.each([
    ['pcm_16000', 16, (text: string) => base64ToPcm(text).length],
    ['pcm_24000', 24, (text: string) => base64ToPcm(text).length],
    ['ulaw_8000', 8, (text: string) => Buffer.from(text, 'base64').length],
  ] as const)('speaks in %s', async (output_format, samplesPerMs, lengthOf) => {
    const client = await open({ output_format });
    speak(client, 'one');
    expect(lengthOf(audio.parse(await client.next()).audio)).toBe(250 * samplesPerMs);
    client.socket.close();
  });

  it('finishes what it was told to say before it closes', async () => {
    const client = await open();
    client.send({ text: 'Goodbye.', context_id: 'one', flush: true });
    client.send({ close_socket: true });
    const told = await client.until(() => false);
    expect(told.length).toBeGreaterThan(1);
    expect(isFinal(told.at(-1) ?? {})).toBe(true);
    expect(await client.closed).toMatchObject({ code: 1_000 });
  });

  it('takes the key in the first message too, and nothing without one', async () => {
    const [keyed, keyless] = [await open({}, {}), await open({}, {})];
    keyed.send({ text: ' ', context_id: 'one', xi_api_key: 'lab' });
    speak(keyed, 'one', 'Yes.');
    expect(audio.parse(await keyed.next()).contextId).toBe('one');
    speak(keyless, 'one', 'No.');
    expect(await keyless.next()).toMatchObject({ error: 'missing_authentication', code: 1_008 });
    expect(await keyless.closed).toMatchObject({ code: 1_008 });
    keyed.socket.close();
  });

  it('opens any number of contexts one after another', async () => {
    const client = await open();
    for (const id of ['1', '2', '3', '4', '5', '6', '7']) {
      client.send({ text: ' ', context_id: id });
      client.send({ context_id: id, close_context: true });
      expect(await client.next()).toEqual({ audio: null, isFinal: true, contextId: id });
    }
    client.socket.close();
  });

  it('ends the socket at a sixth context', async () => {
    const client = await open();
    for (const id of ['1', '2', '3', '4', '5', '6']) client.send({ text: ' ', context_id: id });
    expect(await client.next()).toMatchObject({ error: 'max_active_conversations' });
    expect(await client.closed).toMatchObject({ code: 1_008 });
  });

  it('refuses a format that it does not make, and what is no message', async () => {
    const client = await open({ output_format: 'mp3_44100_128' });
    expect(await client.closed).toMatchObject({ code: 1_008, reason: 'invalid_parameters' });
    const other = await open();
    other.socket.send('{"text":');
    expect(await other.closed).toMatchObject({ code: 1_008, reason: 'invalid_message' });
  });

  it('writes each piece down, by its call or as shared, with all of its sound', async () => {
    const client = await open();
    speak(client, `${A_CALL}-7`, 'Kept.');
    speak(client, 'phrases-1', 'Shared.');
    await client.until(isFinal);
    await client.until(isFinal);
    client.socket.close();
    const answered = await fetch(`${doubles.url}/lab/calls/${A_CALL}`);
    const { pieces, sharedPieces } = callEvidence.parse(await answered.json());
    const { samples, words } = await flite.render('slt', 'Kept.', 8_000);
    expect(pieces.at(-1)).toMatchObject({ contextId: `${A_CALL}-7`, text: 'Kept.', rateHz: 8_000, words });
    expect(base64ToPcm(pieces.at(-1)?.pcm ?? '')).toEqual(samples);
    expect(sharedPieces.map(({ text }) => text)).toContain('Shared.');
    await fetch(`${doubles.url}/lab/calls/${A_CALL}`, { method: 'DELETE' });
    expect((await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).status).toBe(404);
  });

  it('refuses the socket with the status that it is told to refuse with', async () => {
    blame('status', 429);
    await expect(open()).rejects.toThrow('429');
  });

  it('ends a context without sound when its fault is to be empty', async () => {
    blame('empty');
    const client = await open();
    speak(client, 'one');
    expect(isFinal((await client.next()) ?? {})).toBe(true);
    client.socket.close();
  });

  it('breaks off after the first chunk when its fault is to half-close', async () => {
    blame('half-close');
    const client = await open();
    speak(client, 'one');
    expect(await client.until(() => false)).toHaveLength(1);
    expect(await client.closed).toMatchObject({ code: 1_006 });
  });

  it('shows a fault only in the call that it is for', async () => {
    doubles.faults.add({ double: 'voice', kind: 'empty', status: 500, times: 1, callId: A_CALL });
    const client = await open();
    speak(client, 'other-1', 'Yes.');
    expect(isFinal((await client.next()) ?? {})).toBe(false);
    doubles.faults.clear();
    client.socket.close();
  });
});

it('closes a socket that is told nothing for as long as it asked for', async () => {
  const clock = new FakeClock();
  const doubles = await servedDoubles({ clock });
  const url = `${doubles.ws}/elevenlabs/v1/text-to-speech/v/multi-stream-input?output_format=pcm_8000&inactivity_timeout=30`;
  const client = await SocketClient.open(url, { headers: { 'xi-api-key': 'lab' } });
  client.send({ text: '', context_id: 'kept-alive' });
  await clock.advance(30_000);
  expect(await client.next()).toMatchObject({ error: 'input_timeout_exceeded' });
  expect(await client.closed).toMatchObject({ code: 1_008 });
  await doubles.close();
});

/** Where each word begins in the whole, in ms, from the places that each chunk told of its own. */
function wordStarts(chunks: readonly z.output<typeof audio>[]): number[] {
  const characters = chunks.flatMap(({ alignment: places }, chunk) =>
    (places?.chars ?? []).map((char, at) => ({ char, startMs: chunk * 250 + (places?.charStartTimesMs[at] ?? 0) })),
  );
  return characters.filter((_, at) => at === 0 || characters[at - 1]?.char === ' ').map(({ startMs }) => startMs);
}
