import { join } from 'node:path';
import { pcmToBytes } from '@app/audio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callEvidence } from './call-evidence.js';
import { A_CALL, type ServedDoubles, servedDoubles } from './doubles/testing/served-doubles.js';
import { SocketClient, type SocketMessage } from './doubles/testing/socket-client.js';
import { FliteEngine } from './engines/flite.engine.js';
import { PocketSphinxEngine } from './engines/pocketsphinx.engine.js';
import { editCount, wordsOf } from './report/words.js';

const LINE = 'I would like to book an appointment for a cleaning.';
const NO_VOICE = new Int16Array(8_000);

describe('the doubles with real engines', () => {
  const flite = new FliteEngine();
  let sphinx: PocketSphinxEngine;
  let doubles: ServedDoubles;
  beforeAll(async () => {
    sphinx = await PocketSphinxEngine.start({ folder: join(process.cwd(), '.local', 'lab', 'pocketsphinx') });
    doubles = await servedDoubles({ recognisers: [sphinx], engine: flite });
  }, 200_000);
  afterAll(async () => {
    await doubles.close();
    await sphinx.close();
  });

  const listen = (tag: string, query: Record<string, string> = {}) =>
    SocketClient.open(
      `${doubles.ws}/deepgram/v1/listen?${String(new URLSearchParams({ encoding: 'linear16', sample_rate: '8000', interim_results: 'true', endpointing: '300', punctuate: 'true', tag, ...query }))}`,
      { headers: { authorization: 'Token lab' } },
    );

  it('understand a caller over the wire, guessing on the way', async () => {
    const client = await listen(A_CALL);
    const { samples } = await flite.render('rms', LINE, 8_000);
    for (const part of [NO_VOICE, samples, NO_VOICE]) client.send(pcmToBytes(part));
    const told = await client.until((message) => message['speech_final'] === true);
    client.socket.close();
    const understood = transcriptOf(told.at(-1));
    expect(editCount(wordsOf(LINE), wordsOf(understood))).toBeLessThanOrEqual(1);
    expect(understood).toMatch(/^I .*\.$/);
    expect(told.filter((message) => message['is_final'] === false).length).toBeGreaterThan(2);

    const evidence = callEvidence.parse(await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json());
    expect(evidence.recogniser).toBe('pocketsphinx');
  }, 30_000);

  it('go by the script in a fifth call, and in French', async () => {
    const calls = await Promise.all(['1', '2', '3', '4'].map((last) => listen(A_CALL.replace(/b$/, last))));
    const fifth = await listen(A_CALL.replace(/b$/, '5'));
    for (const { socket } of calls) socket.close();
    await Promise.all(calls.map(({ closed }) => closed));
    const french = await listen(A_CALL.replace(/b$/, '6'), { language: 'fr' });
    const recogniserOf = async (last: string) =>
      callEvidence.parse(await (await fetch(`${doubles.url}/lab/calls/${A_CALL.replace(/b$/, last)}`)).json())
        .recogniser;
    expect(await Promise.all(['4', '5', '6'].map(recogniserOf))).toEqual(['pocketsphinx', 'script', 'script']);
    for (const { socket } of [fifth, french]) socket.close();
  });

  it.each([
    ['GET', '/nothing', undefined, 404],
    ['GET', `/lab/calls/${A_CALL.replace(/b$/, 'f')}`, undefined, 404],
    ['PUT', `/lab/calls/${A_CALL}/script`, '{"lines":"none"}', 400],
    ['PUT', `/lab/calls/${A_CALL}/script`, 'no json', 400],
    ['PUT', `/lab/calls/${A_CALL}/script`, '{"sentences":["One.","Two."]}', 200],
    ['POST', '/lab/faults', '{"double":"voice","kind":"sneeze"}', 400],
    ['POST', '/lab/faults', '{"double":"voice","kind":"hang","times":2}', 200],
    ['DELETE', '/lab/faults', undefined, 200],
  ])('answer %s %s', async (method, path, body, status) => {
    expect((await fetch(`${doubles.url}${path}`, { method, ...(body && { body }) })).status).toBe(status);
  });

  it('let no socket in where there is none', async () => {
    await expect(SocketClient.open(`${doubles.ws}/elevenlabs/v1/other`)).rejects.toThrow('404');
  });
});

function transcriptOf(message: SocketMessage | undefined): string {
  const { channel } = message as { channel: { alternatives: [{ transcript: string }] } };
  return channel.alternatives[0].transcript;
}
