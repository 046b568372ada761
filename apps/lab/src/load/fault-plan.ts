/** What goes wrong while a load is carried. */
export const FAULTS_UNDER_LOAD = [
  'provider-outage',
  'recogniser-outage',
  'model-outage',
  'voice-outage',
  'recogniser-hang',
  'model-hang',
  'voice-hang',
  'node-kill',
] as const;
export type FaultsUnderLoad = (typeof FAULTS_UNDER_LOAD)[number];

/** Who does a part of a turn, and has others behind it. */
export type Stage = 'recogniser' | 'model' | 'voice';

/** A vendor's double that is out for a while; ms since all calls were up. */
export interface PlannedOutage {
  /** Whose first choice it is. */
  stage: Stage;
  fromMs: number;
  forMs: number;
  /** What the addresses of the vendor begin with at the doubles. */
  path: string;
  kind: 'refuse' | 'hang';
}

/** The first choice of each stage, as the seed's agents have them. */
const FIRST_CHOICES: Readonly<Record<Stage, string>> = {
  ...{ recogniser: '/deepgram/', model: '/openai/v1/chat/', voice: '/elevenlabs/' },
};
/** Who stands in meanwhile, unless the environment says otherwise: each of another vendor. */
export const STAND_INS: Readonly<Record<string, string>> = {
  FALLBACK_RECOGNISERS: 'elevenlabs/scribe_v2_realtime',
  FALLBACK_MODELS: 'anthropic/claude-haiku-5-5',
  FALLBACK_VOICES: 'deepgram/aura-2#thalia',
};
const STAGES: readonly Stage[] = ['recogniser', 'model', 'voice'];

const OUTAGE_MS = 20_000;
const LEAST_MS = 1_000;
/** Calls have begun to talk by then; and between two outages all is well for as long. */
const BEFORE_MS = 5_000;

/**
 * `provider-outage`: each first choice in turn, for 20 s or what a short load has room for. An outage refuses what is
 * asked and breaks off what is open; what hangs answers nothing. None for `node-kill`.
 */
export function faultPlan(name: FaultsUnderLoad, lastsMs: number): PlannedOutage[] {
  const stages = STAGES.filter((stage) => name === 'provider-outage' || name.startsWith(stage));
  const kind = name.endsWith('-hang') ? 'hang' : 'refuse';
  const forMs = Math.round(Math.min(OUTAGE_MS, Math.max(LEAST_MS, lastsMs / stages.length - 2 * BEFORE_MS)));
  return stages.map((stage, at) => ({
    stage,
    ...{ fromMs: BEFORE_MS + at * (forMs + BEFORE_MS), forMs, kind },
    path: FIRST_CHOICES[stage],
  }));
}
