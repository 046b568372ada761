import type { Ear } from './listening/listener.js';
import type {
  CallSettings,
  FunctionDefinition,
  FunctionRunner,
  LanguageModel,
  SpeechToText,
  TextToSpeech,
} from './ports/index.js';
import type { Mind } from './thinking/thinker.js';

/** The agent of a call, and what it listens, thinks, acts and speaks with. */
export interface AgentParts {
  settings: CallSettings;
  recogniser: SpeechToText;
  model: LanguageModel;
  /** Asked when little is left of the call's budget; absent: none is cheaper. */
  cheaperModel?: LanguageModel | undefined;
  voice: TextToSpeech;
  functions: FunctionRunner;
}

export const earOf = ({ recogniser, settings: { agent } }: AgentParts): Ear => ({
  recogniser,
  language: agent.listensTo,
  keyterms: agent.keyterms,
});

export const mindOf = ({ model, settings }: AgentParts): Mind => ({ model, language: settings.agent.language });

/** Those of the runner's that the agent may call. */
export const functionsOf = ({
  settings,
  functions,
}: Pick<AgentParts, 'settings' | 'functions'>): FunctionDefinition[] =>
  functions.definitions.filter(({ name }) => settings.functions.includes(name));

/** A recogniser that is slow by its nature is given its time; one without guesses, also before a held reply goes on. */
export function heardBy({ capabilities }: SpeechToText, settings: CallSettings): CallSettings {
  const { turns } = settings;
  const lateWordsMs = Math.max(turns.lateWordsMs, capabilities.settlesWithinMs ?? 0);
  const resumeMs = capabilities.wholeUtterances ? Math.max(turns.resumeMs, lateWordsMs) : turns.resumeMs;
  return { ...settings, turns: { ...turns, lateWordsMs, resumeMs } };
}
