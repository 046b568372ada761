import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesToPcm, encodeMulaw } from '@app/audio';
import { Mailbox } from '@app/kernel';
import { DeepgramClient } from '@deepgram/sdk';
import { z } from 'zod';
import { FliteEngine } from '../../engines/flite.engine.js';
import type { Fault } from '../faults.js';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient } from '../testing/socket-client.js';

const TEXT = 'Hello there. How can I help you today?';
/** What is none is sound. */
const message = z.looseObject({ type: z.enum(['Metadata', 'Flushed', 'Cleared', 'Warning']) });
const USUAL = { model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: '8000' } as const;

describe('the double of Deepgram’s voices', () => {
  const flite = new FliteEngine();
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles({ engine: flite });
  });
  afterAll(() => doubles.close());

  const blame = (kind: Fault['kind'], status = 500) => doubles.faults.add({ double: 'voice', kind, status, times: 1 });
  const soundOf = async (text: string) => (await flite.render('slt', text, 8_000)).samples;
  const dial = (query: Record<string, string> = {}, authorization = 'Token lab') =>
    SocketClient.open(
      `${doubles.ws}/deepgram/v1/speak?${String(new URLSearchParams({ model: USUAL.model, ...query }))}`,
      { headers: { authorization } },
    );

  /** Their own client, on a socket that is open; what it hears, in order. */
  async function connect(asked: object = {}) {
    const client = new DeepgramClient({ apiKey: 'lab', baseUrl: `${doubles.ws}/deepgram` });
    const socket = await client.speak.v1.connect({ ...USUAL, reconnectAttempts: 0, queryParams: { tag: A_CALL }, ...asked }); // prettier-ignore
    const heard = new Mailbox<unknown>();
    socket.on('message', (message) => heard.push(message));
    socket.on('close', () => heard.close());
    socket.connect();
    await socket.waitForOpen();
    const reader = heard[Symbol.asyncIterator]();
    return {
      socket,
      next: async () => (await reader.next()).value,
      soundUntil: (type: string) => soundUntil(reader, type),
    };
  }

  it('says what it is, and speaks what was flushed, as their own client reads it', async () => {
    const { socket, next, soundUntil } = await connect();
    socket.sendText({ type: 'Speak', text: TEXT });
    socket.sendFlush({ type: 'Flush' });
    expect(await next()).toMatchObject({ type: 'Metadata', model_name: 'aura-2-thalia-en' });
    const { sound, last } = await soundUntil('Flushed');
    socket.close();
    expect(last).toEqual({ type: 'Flushed', sequence_id: 0 });
    expect(bytesToPcm(sound)).toEqual(await soundOf(TEXT));
  });

  it('drops what it was told to clear, and goes on with what comes after', async () => {
    const { socket, soundUntil } = await connect();
    socket.sendText({ type: 'Speak', text: TEXT });
    socket.sendClear({ type: 'Clear' });
    socket.sendText({ type: 'Speak', text: 'Goodbye.' });
    socket.sendFlush({ type: 'Flush' });
    expect((await soundUntil('Cleared')).sound).toHaveLength(0);
    const { sound } = await soundUntil('Flushed');
    socket.close();
    expect(bytesToPcm(sound)).toEqual(await soundOf('Goodbye.'));
  });

  it('stops in the middle of what it speaks when it is told to clear', async () => {
    blame('trickle');
    const { socket, soundUntil, next } = await connect();
    socket.sendText({ type: 'Speak', text: TEXT });
    socket.sendFlush({ type: 'Flush' });
    for (let told = await next(); message.safeParse(told).success;) told = await next();
    socket.sendClear({ type: 'Clear' });
    expect((await soundUntil('Cleared')).sound).toHaveLength(0);
    socket.close();
  });

  it('finishes what it was told to say before it closes', async () => {
    const { socket, soundUntil } = await connect();
    socket.sendText({ type: 'Speak', text: 'Goodbye.' });
    socket.sendFlush({ type: 'Flush' });
    socket.sendClose({ type: 'Close' });
    const { sound } = await soundUntil('never');
    expect(bytesToPcm(sound)).toEqual(await soundOf('Goodbye.'));
  });

  it('speaks µ-law where it is asked to', async () => {
    const { socket, soundUntil } = await connect({ encoding: 'mulaw' });
    socket.sendText({ type: 'Speak', text: 'Yes.' });
    socket.sendFlush({ type: 'Flush' });
    const { sound } = await soundUntil('Flushed');
    socket.close();
    const samples = await soundOf('Yes.');
    expect([...sound]).toEqual([...encodeMulaw(samples, new Uint8Array(samples.length))]);
  });

  it.each([
    ['without a key', {}, '', 401],
    ['with a voice that there is not', { model: 'nova-3' }, 'Token lab', 400],
    ['with an encoding that it does not stream', { encoding: 'mp3' }, 'Token lab', 400],
    ['with a rate that it does not know', { sample_rate: '11025' }, 'Token lab', 400],
  ] as const)('lets nobody in %s', async (_, query, authorization, status) => {
    await expect(dial(query, authorization)).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('ends a socket that sends what is no message', async () => {
    const client = await dial();
    client.socket.send('{"type":');
    expect(await client.closed).toMatchObject({ code: 1_008 });
  });

  it('writes each piece down by its call', async () => {
    const { socket, soundUntil } = await connect();
    socket.sendText({ type: 'Speak', text: 'Kept.' });
    socket.sendFlush({ type: 'Flush' });
    await soundUntil('Flushed');
    socket.close();
    expect(doubles.evidence.of(A_CALL)?.pieces.at(-1)).toMatchObject({ text: 'Kept.', rateHz: 8_000 });
  });

  it('refuses the socket with the status that it is told to refuse with', async () => {
    blame('status', 429);
    await expect(dial()).rejects.toThrow('429');
  });

  it('says no sound when its fault is to be empty, and breaks off when it is to half-close', async () => {
    blame('empty');
    const empty = await connect();
    empty.socket.sendText({ type: 'Speak', text: TEXT });
    empty.socket.sendFlush({ type: 'Flush' });
    expect((await empty.soundUntil('Flushed')).sound).toHaveLength(0);
    empty.socket.close();
    blame('half-close');
    const broken = await connect();
    broken.socket.sendText({ type: 'Speak', text: TEXT });
    broken.socket.sendFlush({ type: 'Flush' });
    expect((await broken.soundUntil('never')).sound).toHaveLength(4_000);
  });
});

/** All sound up to a message of this type, or to the end. */
async function soundUntil(reader: AsyncIterator<unknown>, type: string): Promise<{ sound: Uint8Array; last: unknown }> {
  const stretches: Uint8Array[] = [];
  for (let next = await reader.next(); !next.done; next = await reader.next()) {
    const told = message.safeParse(next.value);
    if (told.data?.type === type) return { sound: Buffer.concat(stretches), last: told.data };
    if (!told.success) stretches.push(new Uint8Array(await new Response(next.value as Blob).arrayBuffer()));
  }
  return { sound: Buffer.concat(stretches), last: undefined };
}
