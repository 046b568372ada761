import { durationMs, type SampleRateHz } from '@app/audio';
import { OperationalError } from '@app/kernel';
import type { CentreClient } from '../call/centre-client.js';
import type { Utterance } from '../caller/utterance.js';

export interface PrompterParts {
  client: Pick<CentreClient, 'findCall' | 'tellLines'>;
  lines: ReadonlyMap<string, Utterance>;
  rateHz: SampleRateHz;
  /** Why a line could not be told. */
  failed: (why: string) => void;
}

const FIND_WITHIN_MS = 5_000;

/**
 * Tells a recogniser double what its caller says, each line as it begins and no other: one that was cut off, or that
 * nobody heard, then does not put those after it out of step.
 */
export class Prompter {
  #callId: Promise<string | undefined> = Promise.resolve(undefined);
  #told: Promise<void> = Promise.resolve();

  constructor(private readonly parts: PrompterParts) {}

  /** Once the carrier has an id for the call. */
  began(carrierCallId: string): void {
    const { client, failed } = this.parts;
    const found = client.findCall(carrierCallId, FIND_WITHIN_MS).then((id) => {
      if (id === undefined) failed('the api did not know a call that it carries');
      return id;
    });
    this.#callId = found.catch(operational(failed));
  }

  spoke(text: string): void {
    const line = this.parts.lines.get(text);
    if (!line) throw new Error('a line that was not rendered');
    const lengthMs = Math.round(durationMs(line.voicedTo - line.voicedFrom, this.parts.rateHz));
    this.#told = this.#told.then(() => this.#tell(text, lengthMs));
  }

  async #tell(text: string, lengthMs: number): Promise<void> {
    const callId = await this.#callId;
    if (callId === undefined) return;
    await this.parts.client.tellLines(callId, [{ text, lengthMs }]).catch(operational(this.parts.failed));
  }
}

const operational =
  (failed: (why: string) => void) =>
  (error: unknown): undefined => {
    if (!(error instanceof OperationalError)) throw error;
    failed(error.message);
  };
