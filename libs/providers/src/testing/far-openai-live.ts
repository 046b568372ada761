import { decodeMulaw, pcmToBytes } from '@app/audio';
import { FarEars } from './far-ears.js';

const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

/** OpenAI's end of `/realtime?intent=transcription`, in the messages of its SDK's types. */
export class FarOpenAiLive extends FarEars {
  /** What the session was told to be. */
  session: unknown;
  #item = 1;
  #guessed = '';

  static async open(): Promise<FarOpenAiLive> {
    const far = new FarOpenAiLive();
    await far.listen({ type: 'session.created', session: { type: 'transcription' } });
    return far;
  }

  /** Theirs only adds: what replaces a guess is told of a stretch of its own. */
  change(text: string): void {
    if (!text.startsWith(this.#guessed)) this.settleQuietly();
    this.delta(text.slice(this.#guessed.length));
    this.#guessed = text;
  }
  delta(delta: string, item_id = `item-${this.#item}`): void {
    this.send({ type: `${TRANSCRIPTION}.delta`, item_id, content_index: 0, delta });
  }
  settle(text: string): void {
    this.completed(text);
    this.settleQuietly();
  }
  completed(transcript: string, item_id = `item-${this.#item}`): void {
    this.send({ type: `${TRANSCRIPTION}.completed`, item_id, content_index: 0, transcript });
  }
  endSpeech(): void {} // told with the words
  finishes(times: number): Promise<void> {
    return this.tells('input_audio_buffer.commit', times);
  }

  /** The next words are of the next stretch. */
  settleQuietly(): void {
    this.#item += 1;
    this.#guessed = '';
  }

  protected take(data: Buffer): void {
    const message = JSON.parse(data.toString()) as { type: string; audio?: string; session?: unknown };
    if (message.session) this.session = message.session;
    if (message.audio === undefined) return void this.told.push(message.type);
    const bytes = Buffer.from(message.audio, 'base64');
    this.hear(Buffer.from(pcmToBytes(decodeMulaw(bytes, new Int16Array(bytes.length)))));
  }
}
