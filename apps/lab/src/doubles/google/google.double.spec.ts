import { pcmToBytes } from '@app/audio';
import { v2 } from '@google-cloud/speech';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../../../../test/until.js';
import type { RecogniserEngine, RecogniserListener, RecogniserRequest, RecogniserSession } from '../../engines/recogniser-engine.js'; // prettier-ignore
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';

const OPENING = {
  recognizer: 'projects/p/locations/global/recognizers/_',
  streamingConfig: {
    config: {
      explicitDecodingConfig: { encoding: 'LINEAR16', sampleRateHertz: 8_000, audioChannelCount: 1 },
      languageCodes: ['en-GB'],
      model: 'telephony',
    },
    streamingFeatures: { interimResults: true },
  },
};
interface Told {
  results: { isFinal: boolean; alternatives: { transcript: string; confidence: number }[] }[];
}

describe('the double of Google’s recogniser, asked by Google’s own client', () => {
  let doubles: ServedDoubles;
  let client: v2.SpeechClient;
  beforeAll(async () => {
    doubles = await servedDoubles();
    client = await clientOf(doubles);
  });
  afterAll(async () => {
    await client.close();
    await doubles.close();
  });

  /** All it told of one stream, or how it failed. */
  const ask = (requests: readonly object[]) =>
    new Promise<{ told: [string, boolean][] } | { code: number | undefined }>((resolve) => {
      const told: [string, boolean][] = [];
      const stream = client._streamingRecognize({ otherArgs: { headers: { 'x-client-request-id': A_CALL } } });
      stream.on('data', ({ results }: Told) => {
        for (const { alternatives, isFinal } of results) told.push([alternatives[0]?.transcript ?? '', isFinal]);
      });
      stream.on('error', ({ code }: ServiceError) => resolve({ code }));
      stream.on('end', () => resolve({ told }));
      for (const request of requests) stream.write(request);
      stream.end();
    });
  const script = (text: string) => doubles.evidence.takeScript(A_CALL, { lines: [{ text, lengthMs: 800 }] });

  it('guesses, settles when the stream is ended, and ends it', async () => {
    script('I need a cleaning.');
    const answer = await ask([OPENING, { audio: sound(400) }, { audio: sound(400) }]);
    expect('told' in answer && answer.told.at(-1)).toEqual(['I need a cleaning.', true]);
    expect('told' in answer && answer.told[0]).toEqual(['I', false]);
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(evidence).toMatchObject({ recogniser: 'script' });
  });

  it('goes on in the next stream with what the caller says next', async () => {
    script('Goodbye.');
    expect(await ask([OPENING, { audio: sound(800) }])).toMatchObject({ told: expect.arrayContaining([['Goodbye.', true]]) }); // prettier-ignore
    expect(await ask([OPENING])).toEqual({ told: [] });
  });

  it.each([
    ['sound that comes first', [{ audio: sound(20) }]],
    ['no recogniser', [{ ...OPENING, recognizer: 'mine' }]],
    ['a second beginning', [OPENING, OPENING]],
    ['too much sound at once', [OPENING, { audio: sound(1_000) }]],
  ])('refuses %s', async (_, requests) => {
    expect(await ask(requests)).toEqual({ code: 3 });
  });

  it.each([
    [401, 16],
    [429, 8],
    [500, 13],
  ])('refuses with %i in its own words, once', async (httpStatus, code) => {
    doubles.faults.add({ double: 'recogniser', kind: 'status', status: httpStatus, times: 1 });
    expect(await ask([OPENING])).toEqual({ code });
    expect(await ask([OPENING])).toEqual({ told: [] });
  });
});

describe('the double of Google’s recogniser, with one real ear', () => {
  it('has the next stream of a call heard by the ear of the last, which is not over yet', async () => {
    const ear = new OneEar();
    const doubles = await servedDoubles({ recognisers: [ear] });
    const client = await clientOf(doubles);
    doubles.evidence.takeScript(A_CALL, { lines: [{ text: 'Another ear would say this.', lengthMs: 400 }] });
    const open = () => client._streamingRecognize({ otherArgs: { headers: { 'x-client-request-id': A_CALL } } });
    const streams = [open(), open()];
    try {
      const heard = streams.map(finalsOf);
      for (const stream of streams) stream.write(OPENING);
      for (const [at, stream] of streams.entries()) {
        stream.write({ audio: sound(400) });
        stream.end();
        await until(() => ear.asked > at, 3_000);
      }
      ear.answer();
      expect(await Promise.all(heard)).toEqual([['Utterance 1.'], ['Utterance 2.']]);
      expect(ear.room).toBe(1);
    } finally {
      await client.close();
      await doubles.close();
    }
  });
});

/** Has room for one call, and tells the number of each utterance when it is told to. */
class OneEar implements RecogniserEngine {
  readonly kind = 'pocketsphinx';
  room = 1;
  asked = 0;
  #listener: RecogniserListener | undefined;

  open({ listener }: RecogniserRequest): RecogniserSession | undefined {
    if (this.room === 0) return undefined;
    this.room = 0;
    this.#listener = listener;
    const settle = () => void (this.asked += 1);
    return { begin: () => undefined, hear: () => undefined, settle, close: () => void (this.room = 1) };
  }

  answer(): void {
    for (let nth = 1; nth <= this.asked; nth += 1)
      this.#listener?.settled(
        ['utterance', String(nth)].map((text) => ({ text, startMs: 0, endMs: 1, confidence: 1 })),
      );
  }
}

async function clientOf({ url }: ServedDoubles): Promise<v2.SpeechClient> {
  const port = Number(new URL(url).port);
  const sslCreds = credentials.createInsecure();
  const client = new v2.SpeechClient({ apiEndpoint: '127.0.0.1', port, sslCreds, projectId: 'p', universeDomain: 'googleapis.com' }); // prettier-ignore
  await client.initialize();
  return client;
}

const finalsOf = (stream: ReturnType<v2.SpeechClient['_streamingRecognize']>) =>
  new Promise<string[]>((resolve, reject) => {
    const finals: string[] = [];
    stream.on('data', ({ results }: Told) => {
      for (const { alternatives, isFinal } of results) if (isFinal) finals.push(alternatives[0]?.transcript ?? '');
    });
    stream.on('error', reject);
    stream.on('end', () => resolve(finals));
  });

function sound(lengthMs: number): Buffer {
  return Buffer.from(pcmToBytes(Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? 2_000 : -2_000))));
}
