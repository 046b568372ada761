import type { CallEvidence, EvidencePiece, ModelRequestSeen } from '../call-evidence.js';
import type { RecognisedWord } from '../engines/recogniser-engine.js';
import type { ScriptLine } from '../engines/script.engine.js';

/** What is kept, so that a long run does not grow: the newest calls, and the newest pieces made for none. */
const MOST_CALLS = 200;
const MOST_SHARED = 200;

/** A call's id stands before the piece's number, or before the slash of a request. */
const CALL_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Words that a recogniser settled, in ms since its session's first sample; `atMs` since 1970. */
export interface RecognisedSeen {
  atMs: number;
  startMs: number;
  endMs: number;
  words: readonly RecognisedWord[];
}

type Kept = Pick<CallEvidence, 'callId' | 'recogniser' | 'pieces' | 'modelRequests'> & { recognised: RecognisedSeen[] };

/** A caller's words, for a recogniser that cannot hear: what it will say, in order. */
export interface CallerScript {
  lines: readonly ScriptLine[];
}

/** What each double was told and what it gave, call by call: the lab's witness. */
export class Evidence {
  readonly #calls = new Map<string, Kept>();
  readonly #scripts = new Map<string, CallerScript>();
  readonly #shared: EvidencePiece[] = [];
  readonly #keepsSound: boolean;

  /** @param options.keepsSound false for a load, of which nobody will listen to a call */
  constructor({ keepsSound = true }: { keepsSound?: boolean } = {}) {
    this.#keepsSound = keepsSound;
  }

  notePiece(piece: EvidencePiece): void {
    if (!this.#keepsSound) return;
    const callId = callIdIn(piece.contextId);
    if (callId) return void this.#call(callId).pieces.push(piece);
    this.#shared.push(piece);
    if (this.#shared.length > MOST_SHARED) this.#shared.shift();
  }

  noteRequest(request: ModelRequestSeen): void {
    const callId = callIdIn(request.requestId);
    if (callId) this.#call(callId).modelRequests.push(request);
  }

  noteRecogniser(callId: string, recogniser: 'pocketsphinx' | 'script'): void {
    if (CALL_ID.test(callId)) this.#call(callId).recogniser = recogniser;
  }

  noteRecognised(callId: string, { atMs, startMs, endMs, words }: RecognisedSeen): void {
    if (CALL_ID.test(callId)) this.#call(callId).recognised.push({ atMs, startMs, endMs, words });
  }

  /** A recogniser may ask before its caller has told. */
  scriptOf(callId: string): CallerScript | undefined {
    return this.#scripts.get(callId);
  }

  takeScript(callId: string, script: CallerScript): void {
    this.#scripts.set(callId, script);
    this.#call(callId);
  }

  /** Undefined when no double has heard of it. */
  of(callId: string): CallEvidence | undefined {
    const kept = this.#calls.get(callId);
    return kept && { ...kept, sharedPieces: [...this.#shared] };
  }

  forget(callId: string): void {
    this.#calls.delete(callId);
    this.#scripts.delete(callId);
  }

  #call(callId: string): Kept {
    const known = this.#calls.get(callId);
    if (known) return known;
    const kept: Kept = { callId, recogniser: null, pieces: [], modelRequests: [], recognised: [] };
    this.#calls.set(callId, kept);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MOST_CALLS && oldest !== undefined) this.forget(oldest);
    return kept;
  }
}

const callIdIn = (name: string): string | undefined => CALL_ID.exec(name)?.[0];
