import type { TurnedAway } from './log/input.js';
import type {
  CallSettings,
  EndReason,
  FunctionDefinition,
  Message,
  ModelFunctionCall,
  ReplyKind,
  VendorParts,
} from './ports/index.js';

/** What the caller has said and nobody has answered yet. */
export interface Words {
  settled: string;
  /** The recogniser's guess at what follows; replaced by each next one. */
  changing: string;
  /** The lowest of what was settled, 0 to 1. */
  confidence: number;
  startMs: number;
  endMs: number;
  /** How many replies were begun on a guess for this turn. */
  guesses: number;
}

export type CallerFloor =
  | { floor: 'quiet'; sinceMs: number }
  | { floor: 'speaking'; onsetMs: number }
  /** Quiet, but perhaps only to breathe. */
  | {
      floor: 'pausing';
      endMs: number;
      /** The recogniser has settled something since the voice stopped. */
      settled: boolean;
      /** The recogniser itself holds the turn for over. */
      endpoint: boolean;
      /** Pressed last, since the voice stopped: another may follow, unless it is `#`. */
      key: string | null;
    };

/** A function that the model asked for, and what came of it. */
export interface FunctionCall {
  call: ModelFunctionCall;
  key: string;
  /** `control` asks the conversation itself, `refused` was asked in vain: both are answered where they stand. */
  kind: 'reads' | 'changes' | 'control' | 'refused';
  timeoutMs: number;
  state: 'waiting' | 'running' | 'returned';
  startedMs: number;
  /** What the model is told; null until it returned. */
  resultJson: string | null;
}

/** A function that was asked to run and has not returned, as far as anybody was told. */
export interface FunctionUnderway {
  key: string;
  changes: boolean;
  startedMs: number;
}

/** One answer of the model within a reply: its text, as pieces, and the functions that it asked for. */
export interface Round {
  calls: readonly FunctionCall[];
  /** Told back with it when the model is asked again. */
  vendorParts?: VendorParts;
}

export interface Piece {
  text: string;
  round: number;
  tries: number;
  /** Says only that the answer takes a moment. */
  filler: boolean;
}

/** A transfer without a reason is one that the conversation itself came to. */
export type Afterwards =
  | { type: 'end'; reason: EndReason }
  | { type: 'transfer'; to: string; reason?: EndReason }
  | { type: 'call-person'; to: string; briefing: string | null; reason?: never };

/** What the agent plans, speaks, and was heard saying. */
export interface Reply {
  epoch: number;
  turn: number;
  kind: ReplyKind;
  /** What it answers; empty for what the agent says of itself. */
  words: Words | null;
  begunMs: number;
  /** May sound. A guess may not, and runs nothing that changes anything. */
  released: boolean;
  releasedMs: number;
  /** The caller's words stand in the history: this reply has been heard, or has changed something. */
  committed: boolean;
  pieces: readonly Piece[];
  rounds: readonly Round[];
  /** The caller was told to wait while their words were owed: the model is asked when they come. */
  unasked: boolean;
  /** Was held for those words, and is said after all when there are none. */
  instead: Reply | null;
  /** A request to the model is open. */
  thinking: boolean;
  /** No more pieces come. */
  closed: boolean;
  audibleMs: number | null;
  /** Sound is on its way to the caller now. */
  sounding: boolean;
  heardPieces: number;
  /** Pieces of which the voice has given a first sound. */
  soundedPieces: number;
  /** Since when nothing of it sounds: the caller's last sound, or the moment at which it ran dry. */
  quietMs: number;
  /** Since when what comes next of it is owed: the same, but words that only fill the time pay nothing. */
  owedMs: number;
  /** When it last moved: a piece came, sounded, was heard, a function returned. */
  movedMs: number;
  retries: number;
  afterwards: Afterwards | null;
}

/** The caller speaks over the agent, and it is not decided yet who goes on. */
export interface Overlap {
  onsetMs: number;
  voiced: boolean;
  /** It has been put off once, because the words so far only encourage. */
  putOff: boolean;
}

export type AgentFloor =
  | { floor: 'idle'; sinceMs: number }
  | { floor: 'replying'; reply: Reply; overlap: Overlap | null }
  /** Silent for a voice that has not said a word yet. */
  | { floor: 'held'; reply: Reply; onsetMs: number; heldMs: number };

/** Who answered a call of ours, as far as it was heard; null: nobody listens for a machine, or not any more. */
export interface Answerer {
  /**
   * `person`: told by the rhythm, or nobody can tell; words may still speak against it. `told-untimely`: the message is
   * being said, and no tone was heard before it. `left`: it got nothing.
   */
  state: 'unknown' | 'person' | 'waits-for-tone' | 'told-untimely' | 'told' | 'left';
  upMs: number;
  settled: string;
  changing: string;
  /** The first utterance, and whether the voice that is or was heard last belongs to it. */
  first: { startMs: number; endMs: number } | null;
  inFirst: boolean;
  quietSinceMs: number | null;
  toneMs: number | null;
}

/** Who must act next, and by when. */
export interface Obligation {
  owner: 'caller' | 'recogniser' | 'model' | 'voice' | 'function' | 'carrier' | 'operator';
  step: string;
  dueMs: number;
}

/** What operators have set in a call and not taken back. */
export interface Desk {
  /** Who took over; the agent answers nothing. */
  takenBy: string | null;
  muted: { caller: boolean; agent: boolean };
  /** Since when the caller hears music, and nobody hears the caller. */
  heldMs: number | null;
  /** When something was last asked for. */
  askedMs: number;
  /** To be said, in order, as soon as nobody is talked over. */
  toSay: readonly string[];
  /** The agent goes on as soon as it is known how far it was heard; `direction` is for the model alone. */
  goesOn: { direction: string | null } | { note: string } | null;
}

/** Somebody who is called to take the call over. */
export interface Person {
  /** What comes of an older one is late and means nothing. */
  leg: number;
  to: string;
  /** What they are told of the call; null: what the caller said last. */
  briefing: string | null;
  /** `called`: their telephone rings. `told`: they hear what it is about. `asked`: they have heard it, and the question. */
  stage: 'called' | 'told' | 'asked' | 'joined';
  /** How often the question was put to them. */
  questions: number;
  sinceMs: number;
}

/** How a call stands to what it may cost. */
export interface BudgetState {
  usd: number;
  /** Of what has a price. */
  spentUsd: number;
  /** `near`: from 80 % on it is careful. `spent`: it ends. */
  state: 'enough' | 'near' | 'spent';
  /** The agent's last words. */
  closing: string;
  /** E.164; null: the call ends after them. */
  transferTo: string | null;
}

/** All that is known of a live call: plain data, never changed in place. */
export interface Call {
  /** `bridged`: a person has it; we carry the sound between the two. */
  phase: 'opening' | 'talking' | 'bridged' | 'ending' | 'closed';
  settings: CallSettings;
  functions: readonly FunctionDefinition[];
  direction: 'inbound' | 'outbound';
  startedAt: string;
  ducks: boolean;
  /** Of a call that is not served: it is told so, and nobody listens. */
  turnedAway: TurnedAway | null;
  caller: CallerFloor;
  words: Words | null;
  /** Words that were answered before the recogniser had settled them: it may still tell them, once. */
  owed: string;
  agent: AgentFloor;
  /** Replies that were told to stop and have not said yet how far they were heard; as a rule one at most. */
  stopping: readonly Reply[];
  /** Those that change something stay here when they are given up: whether they were done is not known before they return. */
  underway: readonly FunctionUnderway[];
  turn: number;
  epoch: number;
  /** The conversation as the caller lived it, without the system's part. */
  messages: readonly Message[];
  /** The last sentence that the caller heard: what was asked. */
  asked: string;
  endReason: EndReason | null;
  endedTold: boolean;
  /** The carrier was asked to take the call elsewhere. */
  leaving: boolean;
  obligation: Obligation | null;
  silencePrompts: number;
  troubles: number;
  recogniserFailures: number;
  /** Turns in a row whose voice was heard and whose words were not. */
  lostTurns: number;
  timeIsUp: boolean;
  hangUpTries: number;
  desk: Desk;
  person: Person | null;
  /** How many persons were called. */
  legs: number;
  /** The first agent's, for the whole call; null: it may cost what it does. */
  budget: BudgetState | null;
  answerer: Answerer | null;
}
