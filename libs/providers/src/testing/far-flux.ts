import { FarEars } from './far-ears.js';

/** Deepgram's end of `/v2/listen`, in the messages of its SDK's types. */
export class FarFlux extends FarEars {
  static async open(): Promise<FarFlux> {
    const far = new FarFlux();
    await far.listen({ type: 'Connected', request_id: 'r', sequence_id: 0 });
    return far;
  }

  turn(event: string, transcript: string, confidence = 1, extra: Record<string, unknown> = {}): void {
    const words = transcript.split(' ').map((word) => ({ word, confidence }));
    const place = { request_id: 'r', sequence_id: 1, turn_index: 0, audio_window_start: 0, audio_window_end: 1 };
    this.send({ type: 'TurnInfo', event, ...place, transcript, words, end_of_turn_confidence: 0.4, ...extra });
  }

  change(text: string): void {
    this.turn('Update', text);
  }
  settle(text: string, { confidence }: { confidence: number }): void {
    this.turn('EndOfTurn', text, confidence, { trigger: 'model' });
  }
  endSpeech(): void {} // told with the words
  guessTurn(text: string): void {
    this.turn('EagerEndOfTurn', text);
  }
  resumeTurn(text: string): void {
    this.turn('TurnResumed', text);
  }
  finishes(): Promise<void> {
    return Promise.reject(new Error('Flux cannot be asked'));
  }

  protected take(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.hear(data);
    else this.told.push((JSON.parse(data.toString()) as { type: string }).type);
  }
}
