import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import type { Secrets } from './home.js';

const DEFAULT_PORT = 3_000;
/** Whoever presses Ctrl-C here waits for it; a server that is stopped by plan has its own, longer default. */
const DEFAULT_DRAIN_MS = 4_000;

/** A stage of a turn that a provider does, and where it is told which one. */
export interface Stage {
  stage: 'recogniser' | 'model' | 'voice';
  vendor: string;
  key: string;
  url: string;
  model: string;
  defaultModel: string;
  /** Where the lab's double of it is. */
  double: (labUrl: string) => string;
}

const asSocket = (url: string) => url.replace(/^http/, 'ws');
export const STAGES: readonly Stage[] = [
  {
    stage: 'recogniser',
    vendor: 'deepgram',
    key: 'DEEPGRAM_API_KEY',
    url: 'DEEPGRAM_URL',
    model: 'DEEPGRAM_MODEL',
    defaultModel: 'nova-3',
    double: (labUrl) => `${asSocket(labUrl)}/deepgram`,
  },
  {
    stage: 'model',
    vendor: 'openai',
    key: 'OPENAI_API_KEY',
    url: 'OPENAI_BASE_URL',
    model: 'OPENAI_MODEL',
    defaultModel: 'gpt-6-luna',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
  {
    stage: 'voice',
    vendor: 'elevenlabs',
    key: 'ELEVENLABS_API_KEY',
    url: 'ELEVENLABS_URL',
    model: 'ELEVENLABS_MODEL',
    defaultModel: 'eleven_flash_v2_5',
    double: (labUrl) => `${asSocket(labUrl)}/elevenlabs`,
  },
];

/** Models that agents may name beside the usual one. */
const OTHER_MODELS: readonly Stage[] = [
  {
    stage: 'model',
    vendor: 'anthropic',
    key: 'ANTHROPIC_API_KEY',
    url: 'ANTHROPIC_BASE_URL',
    model: 'ANTHROPIC_MODEL',
    defaultModel: 'claude-haiku-5-5',
    double: (labUrl) => `${labUrl}/anthropic`,
  },
  {
    stage: 'model',
    vendor: 'gemini',
    key: 'GEMINI_API_KEY',
    url: 'GEMINI_BASE_URL',
    model: 'GEMINI_MODEL',
    defaultModel: 'gemini-3.5-flash-lite',
    double: (labUrl) => `${labUrl}/gemini`,
  },
  {
    stage: 'model',
    vendor: 'openai-compatible',
    key: 'OPENAI_COMPATIBLE_API_KEY',
    url: 'OPENAI_COMPATIBLE_BASE_URL',
    model: 'OPENAI_COMPATIBLE_MODEL',
    defaultModel: 'default',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
];

/** Recognisers that agents may name beside the usual one; keys and addresses are those of the same vendors above. */
const OTHER_RECOGNISERS: readonly Stage[] = [
  {
    stage: 'recogniser',
    vendor: 'openai',
    key: 'OPENAI_API_KEY',
    url: 'OPENAI_BASE_URL',
    model: 'OPENAI_STT_MODEL',
    defaultModel: 'gpt-transcribe',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
  {
    stage: 'recogniser',
    vendor: 'openai-compatible',
    key: 'OPENAI_COMPATIBLE_API_KEY',
    url: 'OPENAI_COMPATIBLE_BASE_URL',
    model: 'OPENAI_COMPATIBLE_STT_MODEL',
    defaultModel: 'default',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
  {
    stage: 'recogniser',
    vendor: 'elevenlabs',
    key: 'ELEVENLABS_API_KEY',
    url: 'ELEVENLABS_URL',
    model: 'ELEVENLABS_STT_MODEL',
    defaultModel: 'scribe_v2_realtime',
    double: (labUrl) => `${asSocket(labUrl)}/elevenlabs`,
  },
  {
    stage: 'recogniser',
    vendor: 'google',
    key: 'GOOGLE_CLOUD_KEY',
    url: 'GOOGLE_CLOUD_URL',
    model: 'GOOGLE_CLOUD_STT_MODEL',
    defaultModel: 'telephony',
    double: (labUrl) => labUrl, // gRPC knows no path
  },
];
/** Voices that agents may name beside the usual one. */
const OTHER_VOICES: readonly Stage[] = [
  {
    stage: 'voice',
    vendor: 'elevenlabs-http',
    key: 'ELEVENLABS_API_KEY',
    url: 'ELEVENLABS_URL',
    model: 'ELEVENLABS_MODEL',
    defaultModel: 'eleven_flash_v2_5',
    double: (labUrl) => `${asSocket(labUrl)}/elevenlabs`,
  },
  {
    stage: 'voice',
    vendor: 'deepgram',
    key: 'DEEPGRAM_API_KEY',
    url: 'DEEPGRAM_URL',
    model: 'DEEPGRAM_VOICE_MODEL',
    defaultModel: 'aura-2',
    double: (labUrl) => `${asSocket(labUrl)}/deepgram`,
  },
  {
    stage: 'voice',
    vendor: 'openai',
    key: 'OPENAI_API_KEY',
    url: 'OPENAI_BASE_URL',
    model: 'OPENAI_VOICE_MODEL',
    defaultModel: 'gpt-4o-mini-tts',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
  {
    stage: 'voice',
    vendor: 'openai-compatible',
    key: 'OPENAI_COMPATIBLE_API_KEY',
    url: 'OPENAI_COMPATIBLE_BASE_URL',
    model: 'OPENAI_COMPATIBLE_VOICE_MODEL',
    defaultModel: 'default',
    double: (labUrl) => `${labUrl}/openai/v1`,
  },
];
/** A model that hears and speaks by itself is an agent's model and its voice. */
const SPEAKING_MODELS: readonly Stage[] = (['model', 'voice'] as const).map((stage) => ({
  stage,
  vendor: 'openai-realtime',
  key: 'OPENAI_API_KEY',
  url: 'OPENAI_BASE_URL',
  model: 'OPENAI_REALTIME_MODEL',
  defaultModel: 'gpt-realtime-2.1',
  double: (labUrl) => `${labUrl}/openai/v1`,
}));
const ALL_STAGES: readonly Stage[] = [
  ...STAGES,
  ...OTHER_MODELS,
  ...OTHER_RECOGNISERS,
  ...OTHER_VOICES,
  ...SPEAKING_MODELS,
];

type Env = Readonly<Record<string, string | undefined>>;

/** Where new agents are told who does a stage for them. */
const CHOSEN_BY: Record<Stage['stage'], string> = {
  recogniser: 'AGENT_RECOGNISER',
  model: 'AGENT_MODEL',
  voice: 'AGENT_VOICE',
};

const speaks = (env: Env): boolean =>
  SPEAKING_MODELS.some(({ vendor }) => env[CHOSEN_BY.model]?.startsWith(`${vendor}/`));

const chosenFor = (env: Env, stage: Stage['stage']): { variable: string; name: string } | undefined => {
  const variable = stage === 'voice' && speaks(env) ? CHOSEN_BY.model : CHOSEN_BY[stage];
  const name = env[variable];
  return name ? { variable, name } : undefined;
};

/**
 * The stages of a turn by who does them: Deepgram hears, OpenAI thinks and ElevenLabs speaks, or the vendors of
 * `AGENT_RECOGNISER`, `AGENT_MODEL` and `AGENT_VOICE`; a model that speaks is the voice too.
 *
 * @throws CannotStart when one of them is not known here
 */
export const stagesOf = (env: Env): readonly Stage[] => STAGES.map((usual) => chosenOr(usual, env));

function chosenOr(usual: Stage, env: Env): Stage {
  const chosen = chosenFor(env, usual.stage);
  if (!chosen) return usual;
  const [vendor, ...id] = chosen.name.split('/');
  const known = ALL_STAGES.filter(({ stage }) => stage === usual.stage);
  const found = known.find((stage) => stage.vendor === vendor);
  if (found && id.join('/')) return found;
  throw new CannotStart(
    `${chosen.variable} is not one of ${known.map((stage) => `${stage.vendor}/${stage.defaultModel}`).join(', ')} or another model of theirs`,
  );
}

/**
 * Reads `.env` and the profile `.env.<NODE_ENV>` into the environment; what is set already wins. Tests take their profile
 * only: a developer's real keys are not for them.
 */
export function loadEnvFiles(): void {
  const profile = process.env['NODE_ENV'];
  const files = profile === 'test' ? ['.env.test'] : ['.env', ...(profile ? [`.env.${profile}`] : [])];
  for (const file of files) if (existsSync(join(ROOT, file))) process.loadEnvFile(join(ROOT, file));
}

/** @throws CannotStart */
export function portOf(env: Env): number {
  const port = Number(env['PORT'] || DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new CannotStart('PORT is not a number from 1 to 65535');
}

/** How long api lets calls go on once it was asked to stop. */
export const drainMsOf = (env: Env) => Number(env['DRAIN_MS'] || DEFAULT_DRAIN_MS);

/** With neither of its secrets there is no account: the lab's virtual Ringover takes its place. */
export const hasCarrier = (env: Env) => Boolean(env['RINGOVER_CALL_EVENT_KEY'] || env['RINGOVER_WEBHOOK_TOKEN']);

/** A server of one's own may want no key; its address is enough. */
export const isLive = (env: Env, { key, url }: Stage) => Boolean(env[key] || env[url]);

/** What agents name that are made now: what `AGENT_RECOGNISER`, `AGENT_MODEL` and `AGENT_VOICE` say, where they do. */
export const modelOf = (env: Env, { stage, vendor, model, defaultModel }: Stage): string =>
  chosenFor(env, stage)?.name ?? `${vendor}/${env[model] || defaultModel}`;

/** What api and worker are told: everything that was set, and for what was not, this machine's own. */
export function environmentOf(
  env: Env,
  own: {
    databaseUrl: string;
    redisUrl: string;
    secrets: Secrets;
    labUrl: string | undefined;
    phrasesDir: string;
    recordingsDir: string;
  },
): NodeJS.ProcessEnv {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')); // `KEY=` means: not set
  const told: NodeJS.ProcessEnv = { ...set, PORT: String(portOf(env)) };
  Object.assign(told, { DATABASE_URL: own.databaseUrl, REDIS_URL: own.redisUrl, DRAIN_MS: String(drainMsOf(env)) });
  told['RINGOVER_WEBHOOK_TOKEN'] ||= own.secrets.webhookToken;
  told['RINGOVER_CALL_EVENT_KEY'] ||= own.secrets.callEventKey;
  told['AUTH_SECRET'] ||= own.secrets.authSecret;
  if (!hasCarrier(env)) {
    // the sections of a true account prove themselves by its own keys, or by their addresses
    told['RINGOVER_CONTACT_CALL_KEY'] ||= own.secrets.contactCallKey;
    told['RINGOVER_CONTACT_SEARCH_KEY'] ||= own.secrets.contactSearchKey;
    told['RINGOVER_SMART_ROUTING_KEY'] ||= own.secrets.smartRoutingKey;
  }
  told['RECORDINGS_DIR'] ||= own.recordingsDir;
  for (const stage of ALL_STAGES) {
    if (isLive(env, stage)) told[stage.key] ||= 'none';
    else if (own.labUrl) Object.assign(told, { [stage.key]: 'rehearsal', [stage.url]: stage.double(own.labUrl) });
  }
  const voice = stagesOf(env).find(({ stage }) => stage === 'voice') as Stage;
  if (env['AGENT_VOICE']) told[voice.model] ||= modelOf(env, voice).slice(voice.vendor.length + 1); // some have none unless told
  // What a double said is never kept: its vendor would seem to say it, and the lab's ear knows only what was made for it.
  if (!isLive(env, voice)) delete told['PHRASES_DIR'];
  else told['PHRASES_DIR'] ||= own.phrasesDir;
  return told;
}
