import { type CallSettings, StoreError } from '@app/conversation/ports';
import { z } from 'zod';
import { type OpeningHours, openingHours } from './opening-hours.js';

const text = z.string().trim().min(1);
const ms = z.int().min(0);
const probability = z.number().min(0).max(1);
/** `vendor/model`. */
const providerName = z.string().regex(/^[a-z0-9-]+\/\S+$/, 'must be vendor/model');
const locale = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$|^multi$/, 'must be a BCP 47 tag, or multi');

const turns = z
  .strictObject({
    voiceThreshold: probability,
    silenceThreshold: probability,
    voiceMs: ms,
    silenceMs: ms,
    pauseMs: ms,
    completeMs: ms,
    hesitationMs: ms,
    lateWordsMs: ms,
    overlapMs: ms,
    resumeMs: ms,
    speculates: z.boolean(),
  })
  .refine(({ silenceThreshold, voiceThreshold }) => silenceThreshold <= voiceThreshold, {
    path: ['silenceThreshold'],
    message: 'must not be above voiceThreshold',
  });

const e164 = z.string().regex(/^\+[1-9]\d{4,14}$/, 'must be a number with + and digits');

/** What an agent's version holds: `CallSettings` without what its row says, the agent's id and the version. */
const SETTINGS = z.strictObject({
  agent: z.strictObject({
    name: text,
    language: locale,
    listensTo: locale,
    persona: text,
    keyterms: z.array(text),
  }),
  greeting: text,
  phrases: z.strictObject({
    oneMoment: text,
    sayAgain: text,
    cannotHelp: text.optional(),
    stillThere: z.array(text).min(1),
    recovery: text,
    cutOff: text.optional(),
    apology: text,
    timeIsUp: text,
    goodbye: text,
    notPutThrough: text.optional(),
  }),
  turns,
  limits: z.strictObject({
    maxCallMs: ms.min(1_000),
    silenceMs: ms.min(1_000),
    patienceMs: ms.min(100),
    giveUpMs: ms.min(100),
  }),
  providers: z.strictObject({
    recogniser: providerName,
    model: providerName,
    voice: providerName,
    voiceId: text,
    fallbacks: z
      .strictObject({
        recogniser: z.array(providerName).optional(),
        model: z.array(providerName).optional(),
        voice: z.array(z.strictObject({ voice: providerName, voiceId: text })).optional(),
      })
      .optional(),
  }),
  functions: z.array(text),
  overflow: z.strictObject({ message: text, transferTo: e164.nullable() }).optional(),
  recording: z.strictObject({ enabled: z.boolean(), announcement: text.nullable() }).optional(),
  transfers: z.enum(['cold', 'warm']).optional(),
  budget: z
    .strictObject({ usd: z.number().positive().max(10_000), closing: text.optional(), transferTo: e164.nullable().optional() })
    .optional(),
  hours: openingHours.optional(),
}); // prettier-ignore

/** Of versions that were stored without. */
const usual = (language: string) => ({ overflow: usualOverflow(language), recording: NO_RECORDING });

const NO_RECORDING = { enabled: false, announcement: null };

const usualOverflow = (language: string) => ({
  message: language.startsWith('fr')
    ? 'Toutes nos lignes sont occupées pour le moment. Merci de rappeler dans quelques minutes.'
    : 'I am sorry, all our lines are busy at the moment. Please call again in a few minutes.',
  transferTo: null,
});

/** What stands in `agent_versions.settings`. */
export type AgentSettings = Omit<CallSettings, 'agent'> & {
  agent: Omit<CallSettings['agent'], 'id' | 'version'>;
  /** When calls are routed to it; absent: always. A call that reaches it is answered at any hour. */
  hours?: OpeningHours | undefined;
};

export interface SettingsFault {
  /** `turns.pauseMs`; `settings` for the whole. */
  field: string;
  problem: string;
}

/** All that is wrong with them, and nothing of what they hold; none when an agent can go live with them. */
export function faultsOf(settings: unknown): SettingsFault[] {
  const issues = SETTINGS.safeParse(settings).error?.issues ?? [];
  const wrong = issues.map(({ path, message }) => ({ field: path.join('.') || 'settings', problem: message }));
  return [...wrong, ...placeFaults(settings)];
}

/** What is filled when an agent places a call is `{{name}}`; anything like it would be said aloud as it stands. */
const NO_PLACE = /\{\{(?!\s*\w{1,40}\s*\}\})/;
const WITH_PLACES = z.object({ greeting: z.string(), agent: z.object({ persona: z.string() }) });

function placeFaults(settings: unknown): SettingsFault[] {
  const read = WITH_PLACES.safeParse(settings).data;
  const texts = read ? { greeting: read.greeting, 'agent.persona': read.agent.persona } : {};
  return Object.entries(texts)
    .filter(([, said]) => NO_PLACE.test(said))
    .map(([field]) => ({ field, problem: 'has a place that is not {{name}}: letters, digits and _' }));
}

/** What is missing in an older version is filled in. @throws StoreError `unreadable` that names the agent and every field that is wrong, and never says what one holds */
export function readSettings(slug: string, settings: unknown): AgentSettings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return { ...usual(read.data.agent.language), ...read.data };
  const faults = faultsOf(settings).map(({ field, problem }) => `${field}: ${problem}`);
  throw new StoreError('postgres', 'unreadable', { detail: `settings of ${slug}: ${faults.join('; ')}` });
}
