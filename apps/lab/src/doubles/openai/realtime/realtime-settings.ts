import { randomUUID } from 'node:crypto';
import type { AskedSession, Complaint, RealtimeFormat, RealtimeTool } from './realtime-events.js';

/** What a session was told, beginning as theirs does. */
export class RealtimeSettings {
  readonly #id = `sess_${randomUUID()}`;
  instructions = 'Your knowledge cutoff is 2026. You are a helpful, witty, and friendly AI.';
  tools: readonly RealtimeTool[] = [];
  voice = 'marin';
  input: RealtimeFormat = { type: 'audio/pcm', rate: 24_000 };
  output: RealtimeFormat = { type: 'audio/pcm', rate: 24_000 };
  /** Who speaks cannot be changed any more. */
  spoke = false;
  #hasDetector = true;

  constructor(
    private readonly model: string,
    /** Seconds since 1970. */
    private readonly expiresAt: number,
  ) {}

  update({ instructions, tools, audio, output_modalities: modalities }: AskedSession): Complaint | undefined {
    const { input, output } = audio ?? {};
    if (output?.voice && output.voice !== this.voice && this.spoke)
      return { code: 'cannot_update_voice', message: "Cannot update a conversation's voice if assistant audio is present." };
    const detector = input?.turn_detection;
    if (detector || (detector === undefined && this.#hasDetector))
      return { code: 'invalid_value', param: 'session.audio.input.turn_detection', message: 'The lab has no detector: turn_detection must be null.' };
    if (modalities?.[0] === 'text')
      return { code: 'invalid_value', param: 'session.output_modalities', message: 'The lab speaks: output_modalities must be ["audio"].' };
    this.#hasDetector = false;
    this.instructions = instructions ?? this.instructions;
    this.tools = tools ?? this.tools;
    this.voice = output?.voice ?? this.voice;
    this.input = input?.format ?? this.input;
    this.output = output?.format ?? this.output;
    return undefined;
  } // prettier-ignore

  shown(): object {
    return {
      type: 'realtime',
      object: 'realtime.session',
      id: this.#id,
      model: this.model,
      output_modalities: ['audio'],
      instructions: this.instructions,
      tools: this.tools,
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      expires_at: this.expiresAt,
      audio: {
        input: { format: this.input, turn_detection: this.#hasDetector ? { type: 'server_vad' } : null },
        output: { format: this.output, voice: this.voice, speed: 1 },
      },
    };
  }
}
