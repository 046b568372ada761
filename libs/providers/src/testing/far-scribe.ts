import { FarEars } from './far-ears.js';

interface Chunk {
  message_type: string;
  audio_base_64: string;
  commit: boolean;
  sample_rate: number;
}

/** ElevenLabs' end of `/v1/speech-to-text/realtime`, in the messages of its SDK's types. */
export class FarScribe extends FarEars {
  readonly chunks: Chunk[] = [];

  static async open(): Promise<FarScribe> {
    const far = new FarScribe();
    await far.listen({ message_type: 'session_started', session_id: 's', config: {} });
    return far;
  }

  change(text: string): void {
    this.send({ message_type: 'partial_transcript', text });
  }
  settle(text: string): void {
    this.send({ message_type: 'committed_transcript', text });
  }
  endSpeech(): void {} // only told where it judges by itself
  finishes(times: number): Promise<void> {
    return this.tells('commit', times);
  }

  protected take(data: Buffer): void {
    const chunk = JSON.parse(data.toString()) as Chunk;
    this.chunks.push(chunk);
    this.hear(Buffer.from(chunk.audio_base_64, 'base64'));
    if (chunk.commit) this.told.push('commit');
  }
}
