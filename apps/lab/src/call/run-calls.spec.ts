import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseWav } from '@app/audio';
import { systemClock } from '@app/kernel';
import type { WebSocket } from 'ws';
import type { CallCommand } from '../command-line.js';
import type { MadePiece } from '../ear/made-piece.js';
import type { SpeechEngine } from '../engines/speech-engine.js';
import { USUAL_SWITCHES } from '../ringover/ringover-call.js';
import { syntheticPiece } from '../testing/synthetic-speech.js';
import { TinyApi } from '../testing/tiny-api.js';
import { NoCentre } from './centre.js';
import { runCalls } from './run-calls.js';

const greeting = syntheticPiece('good morning', { seed: 1 });
const reply = syntheticPiece('booked at nine', { seed: 2 });
const callerVoice = syntheticPiece('book me', { seed: 3 }).samples;

const engine: SpeechEngine = {
  render: () => Promise.resolve({ samples: callerVoice, words: [] }),
  close: () => Promise.resolve(),
};

const evidencePiece = ({ contextId, text, words, samples }: MadePiece) => ({
  ...{ contextId, text, words, rateHz: 8_000, madeAtMs: 0 },
  pcm: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64'),
});

const streamAudio = ({ samples }: MadePiece, from: number, to: number) => {
  const sound = samples.slice(from, to);
  const audioData = Buffer.from(sound.buffer).toString('base64');
  return JSON.stringify({ type: 'streamAudio', data: { audioDataType: 'raw', sampleRate: 8_000, audioData } });
};

const SCENARIO = `
name: tiny
agents: [lab]
steps:
  - say: Book me.
    after: greeting
    quietMs: 800
  - expect: { agent: "booked at nine" }
  - hangUp: true
`;

/** An agent that greets at once, and answers when it has heard the caller's voice end. */
class TinyAgent {
  readonly said: MadePiece[] = [];
  #voiced = false;
  #quietFrames = 0;

  constructor(private readonly api: TinyApi) {
    api.onStream = (socket) => this.#say(socket, greeting);
    api.onFrame = (socket) => this.#hear(socket);
  }

  #say(socket: WebSocket, piece: MadePiece): void {
    this.said.push(piece);
    for (let from = 0; from < piece.samples.length; from += 1_600) socket.send(streamAudio(piece, from, from + 1_600));
  }

  #hear(socket: WebSocket): void {
    const frame = this.api.frames.at(-1);
    const loud = frame !== undefined && Math.abs(frame.readInt16LE(100)) + Math.abs(frame.readInt16LE(202)) > 500;
    this.#quietFrames = loud ? 0 : this.#quietFrames + 1;
    this.#voiced ||= loud;
    if (!this.#voiced || this.#quietFrames < 20) return;
    this.#voiced = false;
    this.#say(socket, reply);
  }
}

describe('calls of the lab', () => {
  let api: TinyApi;
  let home: string;
  const printed: string[] = [];

  beforeEach(async () => {
    api = new TinyApi();
    home = await mkdtemp(join(tmpdir(), 'carillon-lab-'));
    printed.length = 0;
    const url = await api.listen();
    const centre = {
      ...{ apiUrl: url, apiKey: 'key', pid: 1, lab: { url } },
      ringover: { webhookToken: 'token', callEventKey: 'key', streamRateHz: 8_000 },
      numbers: [{ e164: '+33184990011', mediaToken: 'media', agent: 'lab' }],
    };
    await writeFile(join(home, 'centre.json'), JSON.stringify(centre));
    await writeFile(join(home, 'tiny.yaml'), SCENARIO);
  });
  afterEach(async () => {
    await api.close();
    await rm(home, { recursive: true });
  });

  const run = (command: Partial<CallCommand> = {}) =>
    runCalls({
      command: {
        ...{
          name: 'call',
          scenario: join(home, 'tiny.yaml'),
          calls: 1,
          seed: 5,
          json: false,
          switches: USUAL_SWITCHES,
        },
        ...command,
      },
      ...{ home, scenarios: home, clock: systemClock },
      openEngine: () => Promise.resolve(engine),
      print: (line) => printed.push(line),
    });

  /** What the centre and the doubles tell of the one call. */
  function tell(heardOfReply: string, said: readonly MadePiece[] = []): void {
    const messages = [{ role: 'assistant', content: greeting.text }];
    const transcript = () =>
      said.map((piece, at) => ({
        ...{
          speaker: 'agent',
          kind: null,
          interrupted: false,
          turn: at,
          startMs: at * 3_000,
          endMs: at * 3_000 + 1_000,
        },
        ...{ said: piece.text, heard: piece === reply ? heardOfReply : piece.text },
      }));
    const record = () => ({
      ...{ id: 'call-1', state: 'ended', endReason: 'caller-hung-up', latencies: [], events: [] },
      transcript: transcript(),
    });
    const carrierCallId = () => /"call_id":(\d+)/.exec(api.hooks[0]?.body ?? '')?.[1];
    api.answers = (path) => {
      if (path === '/health') return {};
      if (path.startsWith('/api/v1/calls?'))
        return { calls: [{ id: 'call-1', carrierCallId: carrierCallId() }], nextCursor: null };
      if (path === '/api/v1/calls/call-1') return record();
      if (path === '/api/v1/calls/call-1/log') return '{"seq":1}\n';
      if (path !== '/lab/calls/call-1') return undefined;
      const pieces = { pieces: [evidencePiece(reply)], sharedPieces: [evidencePiece(greeting)] };
      const atMs = systemClock.date().getTime() - 60_000;
      return {
        callId: 'call-1',
        recogniser: 'script',
        ...pieces,
        modelRequests: [
          {
            requestId: 'a',
            atMs: atMs + 60_000,
            messages: [...messages, { role: 'assistant', content: heardOfReply }],
          },
        ],
      };
    };
  }

  it('rings, talks, hears and judges, and keeps the sound and the log', async () => {
    tell(reply.text, new TinyAgent(api).said);
    await expect(run({ json: true })).resolves.toBe(true);
    const [json = ''] = printed;
    const { ok, report, files } = JSON.parse(json) as {
      ok: boolean;
      report: { turns: { replyMs: number }[]; unknownSoundMs: number; transcript: { heard: string | null }[] };
      files: { wav: string; log: string };
    };
    expect(ok).toBe(true);
    expect(report.transcript.map(({ heard }) => heard)).toEqual([greeting.text, null, reply.text]);
    expect(report.turns[0]?.replyMs).toBeGreaterThan(300);
    expect(report.turns[0]?.replyMs).toBeLessThan(1_500);
    expect(report.unknownSoundMs).toBe(0);
    const wav = parseWav(await readFile(files.wav));
    expect(api.hooks.find(({ path }) => path.endsWith('/script'))?.body).toBe('{"sentences":["Book me."]}');
    expect([wav.channels.length, wav.rateHz]).toEqual([2, 8_000]);
    await expect(readFile(files.log, 'utf8')).resolves.toBe('{"seq":1}\n');
  }, 20_000);

  it('shows the call line by line, and names what was wrong', async () => {
    tell('booked', new TinyAgent(api).said);
    await expect(run()).resolves.toBe(false);
    const text = printed.join('\n');
    expect(printed[0]).toBe('Lab call: tiny');
    expect(printed.slice(1, 6).map((line) => line.replace(/\d\d:\d\d\.\d|\d+\.\d\d s/g, '…'))).toEqual([
      '  +33612345678 rings +33184990011 (lab); lab seed 5',
      `  …  agent   ${greeting.text}   [after …]`,
      '  …  caller  Book me.',
      '  …  agent   booked   [after …]',
      '  …          The caller hangs up.',
    ]);
    expect(text).toContain('the model was told "booked" where the ear heard "booked at 9": 2 words differ');
  }, 20_000);

  it('says when there is no centre to ring', async () => {
    tell(reply.text);
    await rm(join(home, 'centre.json'));
    await expect(run()).rejects.toThrow(NoCentre);
    await expect(run()).rejects.toThrow('the centre is not running');
    await writeFile(join(home, 'centre.json'), '{}');
    await expect(run()).rejects.toThrow('was not written by this version');
  });

  it('says when the centre is gone but its file is there', async () => {
    await api.close();
    await expect(run()).rejects.toThrow('does not answer');
    api = new TinyApi();
    await api.listen();
  });

  it('says which scenario there is not', async () => {
    await expect(run({ scenario: 'nowhere.yaml' })).rejects.toThrow('there is no scenario nowhere.yaml');
  });
});
