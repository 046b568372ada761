import { pcmToBase64 } from '@app/audio';
import type { CallEvidence, CutSeen, EvidencePiece, ModelRequestSeen } from '../call-evidence.js';
import type { RecognisedWord } from '../engines/recogniser-engine.js';
import type { ScriptLine } from '../engines/script.engine.js';

/** What is kept, so that a long run does not grow: the newest calls, and the newest pieces made for none. */
const MOST_CALLS = 200;
const MOST_SHARED = 200;
const MOST_SAMPLES = 64 * 2 ** 20;

/** A call's id stands before the piece's number, or before the slash of a request. */
const CALL_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** A caller's words, for a recogniser that cannot hear: what it will say, in order. */
export interface CallerScript {
  lines: readonly ScriptLine[];
}

/** Words that a recogniser settled, in ms since its session's first sample; `atMs` since 1970. */
export interface RecognisedSeen {
  atMs: number;
  startMs: number;
  endMs: number;
  words: readonly RecognisedWord[];
}

/** A piece of sound with its samples, which several pieces of the same words may share. */
export type MadePiece = Omit<EvidencePiece, 'pcm'> & { samples: Int16Array };

interface Kept {
  recogniser: CallEvidence['recogniser'];
  pieces: MadePiece[];
  modelRequests: ModelRequestSeen[];
  recognised: RecognisedSeen[];
  cuts: CutSeen[];
}

/** What each double was told and what it gave, call by call: the lab's witness. */
export class Evidence {
  readonly #calls = new Map<string, Kept>();
  readonly #scripts = new Map<string, CallerScript>();
  readonly #shared: MadePiece[] = [];
  readonly #keepsSound: boolean;
  #samples = 0;

  /** @param options.keepsSound false for a load: nobody listens to its calls, and the script of none may be forgotten for it */
  constructor({ keepsSound = true }: { keepsSound?: boolean } = {}) {
    this.#keepsSound = keepsSound;
  }

  notePiece(piece: MadePiece): void {
    if (!this.#keepsSound) return;
    const callId = callIdIn(piece.contextId);
    if (callId) {
      this.#call(callId).pieces.push(piece);
      this.#samples += piece.samples.length;
      this.#forgetOldest();
      return;
    }
    this.#shared.push(piece);
    if (this.#shared.length > MOST_SHARED) this.#shared.shift();
  }

  noteRequest(request: ModelRequestSeen): void {
    const callId = callIdIn(request.requestId);
    if (callId) this.#call(callId).modelRequests.push(request);
  }

  noteCut(callId: string, cut: CutSeen): void {
    if (CALL_ID.test(callId)) this.#call(callId).cuts.push(cut);
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

  /** Undefined when no double has heard of it, or it was too long ago. */
  of(callId: string): (CallEvidence & { recognised: readonly RecognisedSeen[] }) | undefined {
    const kept = this.#calls.get(callId);
    if (!kept) return undefined;
    return { callId, ...kept, pieces: kept.pieces.map(asTold), sharedPieces: this.#shared.map(asTold) };
  }

  forget(callId: string): void {
    for (const { samples } of this.#calls.get(callId)?.pieces ?? []) this.#samples -= samples.length;
    this.#calls.delete(callId);
    this.#scripts.delete(callId);
  }

  #call(callId: string): Kept {
    const known = this.#calls.get(callId);
    if (known) return known;
    const kept: Kept = { recogniser: null, pieces: [], modelRequests: [], recognised: [], cuts: [] };
    this.#calls.set(callId, kept);
    this.#forgetOldest();
    return kept;
  }

  #forgetOldest(): void {
    for (const oldest of this.#calls.keys()) {
      const fits = this.#calls.size <= MOST_CALLS && this.#samples <= MOST_SAMPLES;
      if (fits || this.#calls.size === 1) return;
      this.forget(oldest);
    }
  }
}

const asTold = ({ samples, ...piece }: MadePiece): EvidencePiece => ({ ...piece, pcm: pcmToBase64(samples) });

const callIdIn = (name: string): string | undefined => CALL_ID.exec(name)?.[0];
