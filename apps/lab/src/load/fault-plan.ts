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

/** A vendor's double that is out for a while; ms since all calls were up. */
export interface PlannedOutage {
  fromMs: number;
  forMs: number;
  /** What the addresses of the vendor begin with at the doubles. */
  path: string;
  kind: 'refuse' | 'hang';
}

/** The first choice of each stage, as the seed's agents have them. */
const FIRST_CHOICES = { recogniser: '/deepgram/', model: '/openai/v1/chat/', voice: '/elevenlabs/' } as const;
type Stage = keyof typeof FIRST_CHOICES;
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
    ...{ fromMs: BEFORE_MS + at * (forMs + BEFORE_MS), forMs, kind },
    path: FIRST_CHOICES[stage],
  }));
}
