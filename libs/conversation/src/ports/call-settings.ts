/** When the floor changes hands. All in milliseconds; every one can be changed in a replay (`--set turns.pauseMs=…`). */
export interface TurnSettings {
  /** Probability, 0 to 1, from which a window of the caller's sound counts as voice. */
  voiceThreshold: number;
  /** Probability below which it counts as silence again; between the two, it stays what it was. */
  silenceThreshold: number;
  /** Voice shorter than this is no voice. */
  voiceMs: number;
  /** Silence shorter than this is between two words. */
  silenceMs: number;
  /** Quiet after the caller's last sound before the agent answers, when the words do not tell. */
  pauseMs: number;
  /** The same when the words are whole: a settled sentence, or the answer that was asked for. */
  completeMs: number;
  /** The same when the words ask for more: "and", "um", a number half said. */
  hesitationMs: number;
  /** How long to wait for words that the recogniser still owes. */
  lateWordsMs: number;
  /** From the onset of the caller's voice over the agent's, to the decision who goes on. */
  overlapMs: number;
  /** After yielding to a voice without words: how long to wait for words before the agent goes on. */
  resumeMs: number;
  /** Whether a reply may be thought of while the caller may still go on. */
  speculates: boolean;
}

/** What the agent says when nobody wrote it a line: in its language, rendered when the process starts. */
export interface Phrases {
  /** While a function or the model takes long. */
  oneMoment: string;
  /** Words were lost, or none came. */
  sayAgain: string;
  /** The model may not answer; `sayAgain` where an agent has no words for it. */
  cannotHelp?: string | undefined;
  /** After silence; the last is followed by `goodbye`. */
  stillThere: readonly string[];
  /** Something broke and the call goes on. */
  recovery: string;
  /** The line was gone for a moment, and the call goes on; `recovery` where an agent has no words for it. */
  cutOff?: string | undefined;
  /** Something broke and the call cannot go on. */
  apology: string;
  /** The call has lasted as long as it may. */
  timeIsUp: string;
  goodbye: string;
  /** Nobody could be reached to take the call over, and the agent goes on; one of the language's own where it is absent. */
  notPutThrough?: string | undefined;
}

export interface CallLimits {
  maxCallMs: number;
  /** Nobody speaks for so long: the agent asks whether the caller is still there. */
  silenceMs: number;
  /** The agent owes a word and is silent for so long, counted from the caller's last sound: it says `oneMoment`. */
  patienceMs: number;
  /** A reply of which nothing has come by then is given up: `recovery`, and once more `apology` and the end. */
  giveUpMs: number;
}

/** What a caller gets whom the agent cannot serve: all lines are in use, or no provider could carry the call. */
export interface OverflowAnswer {
  /** In the agent's language; said only if it is rendered already. */
  message: string;
  /** E.164; null: the call ends after the message. */
  transferTo: string | null;
}

/** Whether calls are kept as sound, which callers must be told. */
export interface RecordingSettings {
  enabled: boolean;
  /** Said before the greeting; nothing is recorded before it sounds. Null: the caller is told in another way. */
  announcement: string | null;
}

/** What a call may cost at providers, as far as they have a price. From 80 % on it is careful, at 100 % it ends. */
export interface CallBudget {
  /** US dollars. */
  usd: number;
  /** Said when it is spent, in the agent's language; `goodbye` where there is none. */
  closing?: string | undefined;
  /** E.164; null: the call ends. Where it is not told, the overflow number, if there is one. */
  transferTo?: string | null | undefined;
}

/** What a machine gets that answers a call of ours. A message is said after its tone; then the call ends. */
export type OnMachine = { then: 'hang-up' } | { then: 'leave-message'; text: string } | { then: 'carry-on' };

/** Who takes over when one fails or is late, in this order. A stage that is left out has the installation's. */
export interface ProviderFallbacks {
  /** `vendor/model`. */
  recogniser?: readonly string[] | undefined;
  model?: readonly string[] | undefined;
  /** Another vendor has other voices. */
  voice?: readonly FallbackVoice[] | undefined;
}

export interface FallbackVoice {
  /** `vendor/model`. */
  voice: string;
  voiceId: string;
}

/** All that one call needs to know of its agent: it stands in the first entry of the log, so that a replay has it. */
export interface CallSettings {
  agent: {
    id: string;
    version: number;
    name: string;
    /** BCP 47 of what it speaks; `multi` beside it for the recogniser when the caller may choose. */
    language: string;
    listensTo: string;
    persona: string;
    keyterms: readonly string[];
  };
  /** Said first; says that an AI speaks. */
  greeting: string;
  phrases: Phrases;
  turns: TurnSettings;
  limits: CallLimits;
  /** `vendor/model` each; `voiceId` is the provider's. */
  providers: { recogniser: string; model: string; voice: string; voiceId: string; fallbacks?: ProviderFallbacks };
  /** Names of the functions that this agent may call. */
  functions: readonly string[];
  /** Absent in logs of calls that had none. */
  overflow?: OverflowAnswer;
  recording?: RecordingSettings;
  /** How the agent's own transfers go. `warm`: the person is called first, and asked. Absent: `cold`. */
  transfers?: 'cold' | 'warm' | undefined;
  budget?: CallBudget | undefined;
  /** Of a call that we placed: it is listened for whether a machine answers. */
  onMachine?: OnMachine;
}
