import { pcmToBase64 } from '@app/audio';
import { ElevenLabsClient, AudioFormat, CommitStrategy, RealtimeEvents } from '@elevenlabs/elevenlabs-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { A_CALL, type ServedDoubles, servedDoubles } from '../testing/served-doubles.js';
import { SocketClient } from '../testing/socket-client.js';

const USUAL = { model_id: 'scribe_v2_realtime', audio_format: 'pcm_8000', commit_strategy: 'manual' };

describe('the double of Scribe', () => {
  let doubles: ServedDoubles;
  beforeAll(async () => {
    doubles = await servedDoubles();
  });
  afterAll(() => doubles.close());

  const open = (query: Record<string, string> = {}, key = 'lab') =>
    SocketClient.open(
      `${doubles.ws}/elevenlabs/v1/speech-to-text/realtime?${String(new URLSearchParams({ ...USUAL, ...query }))}`,
      { headers: { ...(key && { 'xi-api-key': key }), 'x-client-request-id': A_CALL } },
    );
  const script = (...lines: { text: string; lengthMs: number }[]) => doubles.evidence.takeScript(A_CALL, { lines });
  const fault = (kind: string, status?: number) =>
    fetch(`${doubles.url}/lab/faults`, {
      method: 'POST',
      body: JSON.stringify({ double: 'recogniser', kind, status }),
    });
  const chunk = (lengthMs: number, kind: 'voice' | 'quiet', commit = false) => ({
    message_type: 'input_audio_chunk',
    audio_base_64: sound(lengthMs, kind),
    commit,
    sample_rate: 8_000,
  });

  it.each([
    ['without a key', {}, '', 'auth_error'],
    ['with a format that it does not know', { audio_format: 'mp3' }, 'lab', 'invalid_request'],
  ] as const)('lets in nobody %s, and says so', async (_, query, key, message_type) => {
    const client = await open(query, key);
    expect(await client.next()).toMatchObject({ message_type });
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it('guesses, and commits when it is told to', async () => {
    script({ text: 'I need a cleaning.', lengthMs: 1_000 });
    const client = await open();
    client.send(chunk(1_000, 'voice'));
    client.send(chunk(0, 'quiet', true));
    const told = await client.until(({ message_type }) => message_type === 'committed_transcript');
    expect(told.map(({ message_type, text }) => [message_type, text])).toEqual([
      ['session_started', undefined],
      ['partial_transcript', 'I'],
      ['partial_transcript', 'I need'],
      ['partial_transcript', 'I need a'],
      ['partial_transcript', 'I need a cleaning.'],
      ['committed_transcript', 'I need a cleaning.'],
    ]);
    client.send(chunk(100, 'quiet', true));
    expect(await client.next()).toMatchObject({ message_type: 'commit_throttled' });
    client.socket.close();
    const evidence: unknown = await (await fetch(`${doubles.url}/lab/calls/${A_CALL}`)).json();
    expect(evidence).toMatchObject({ recogniser: 'script' });
  });

  it('tells segments that are final, and commits them together', async () => {
    script({ text: 'Yes.', lengthMs: 400 }, { text: 'At ten.', lengthMs: 400 });
    const client = await open();
    for (const part of [chunk(400, 'voice'), chunk(1_600, 'quiet'), chunk(400, 'voice'), chunk(0, 'quiet', true)])
      client.send(part);
    const told = await client.until(({ message_type }) => message_type === 'committed_transcript');
    client.socket.close();
    expect(told.find(({ message_type }) => message_type === 'final_transcript')).toMatchObject({ text: 'Yes.' });
    expect(told.at(-1)).toMatchObject({ text: 'Yes. At ten.' });
  });

  it('commits by itself where that is asked for, with the places of words', async () => {
    script({ text: 'Goodbye.', lengthMs: 400 });
    const client = await open({
      commit_strategy: 'vad',
      vad_silence_threshold_secs: '0.5',
      include_timestamps: 'true',
    });
    client.send(chunk(500, 'voice'));
    client.send(chunk(700, 'quiet'));
    const told = await client.until(({ message_type }) => message_type === 'committed_transcript_with_timestamps');
    client.socket.close();
    expect(told.at(-2)).toMatchObject({ message_type: 'committed_transcript', text: 'Goodbye.' });
    expect(told.at(-1)).toMatchObject({ words: [{ text: 'Goodbye.', type: 'word' }] });
  });

  it('ends a session that tells it what it does not know', async () => {
    const client = await open();
    client.send({ type: 'KeepAlive' });
    const told = await client.until(() => false);
    expect(told.at(-1)).toMatchObject({ message_type: 'input_error' });
  });

  it.each([
    ['half-close', 1_006],
    ['empty', 1_000],
  ] as const)('shows the fault %s', async (kind, code) => {
    await fault(kind);
    script({ text: 'Hello.', lengthMs: 400 });
    const client = await open();
    client.send(chunk(500, 'voice', true));
    if (kind === 'empty') client.socket.close(1_000);
    const told = await client.until(() => false);
    expect(told.filter((message) => 'text' in message)).toEqual([]);
    expect(await client.closed).toMatchObject({ code });
  });

  it('refuses with the status that it is told to refuse with, once', async () => {
    await fault('status', 429);
    await expect(open()).rejects.toThrow('429');
    (await open()).socket.close();
  });

  it('is one whom ElevenLabs’ own client understands', async () => {
    doubles.evidence.takeScript('', { lines: [{ text: 'Yes, please.', lengthMs: 600 }] }); // it cannot name the call
    const client = new ElevenLabsClient({ apiKey: 'lab', baseUrl: `${doubles.url}/elevenlabs` });
    const connection = await client.speechToText.realtime.connect({
      modelId: 'scribe_v2_realtime',
      audioFormat: AudioFormat.PCM_8000,
      sampleRate: 8_000,
      commitStrategy: CommitStrategy.MANUAL,
    });
    await new Promise<void>((resolve) => connection.on(RealtimeEvents.SESSION_STARTED, () => resolve()));
    const committed = new Promise((resolve) => connection.on(RealtimeEvents.COMMITTED_TRANSCRIPT, resolve));
    connection.send({ audioBase64: sound(700, 'voice') });
    connection.commit();
    expect(await committed).toMatchObject({ text: 'Yes, please.' });
    connection.close();
  });
});

function sound(lengthMs: number, kind: 'voice' | 'quiet'): string {
  const level = kind === 'voice' ? 2_000 : 5;
  return pcmToBase64(Int16Array.from({ length: lengthMs * 8 }, (_, at) => (at % 4 < 2 ? level : -level)));
}
