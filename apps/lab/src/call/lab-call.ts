import type { Clock } from '@app/kernel';
import type { Scenario } from '../caller/scenario.js';
import { sentencesOf, utterancesOf } from '../caller/utterances-of.js';
import type { SpeechEngine } from '../engines/speech-engine.js';
import type { CallEvidence } from '../call-evidence.js';
import type { PlayedCall } from '../report/played-call.js';
import type { ApiCall } from './api-call.js';
import type { RingoverSwitches } from '../ringover/ringover-call.js';
import type { Centre } from './centre.js';
import { CentreClient } from './centre-client.js';
import type { LiveMoment } from './live-handset.js';
import { LiveTranscript } from './live-transcript.js';
import { type PlacedCall, placeCall } from './place-call.js';

/** What an onlooker is told, in order. `replyMs`: since the caller's last word, the carrier's delay taken off. */
export type Onlooker = (moment: OnlookedMoment) => void;
export type OnlookedMoment =
  | { type: 'rings'; from: string; to: string; agent: string; seed: number }
  | Exclude<LiveMoment, { type: 'agent-spoke' }>
  | { type: 'agent-spoke'; fromMs: number; words: string; replyMs: number | null };

export interface LabCallOptions {
  centre: Centre;
  scenario: Scenario;
  /** Which of several calls this is, from 0: each rings from a number of its own. */
  index: number;
  switches: RingoverSwitches;
  seed: number;
  engine: Pick<SpeechEngine, 'render'>;
  clock: Clock;
  /** Told live; without one nothing is asked of the api or the doubles while the call goes on. */
  onlooker: Onlooker | null;
}

/** A call that is over, with all that others know of it. */
export interface LabCall {
  seed: number;
  call: PlayedCall;
  /** Null when the api does not know it. */
  record: ApiCall | null;
  log: string | null;
  /** What the doubles tell; null when they had no part in it. It is much: for when no call goes on. @throws CentreError */
  evidence: () => Promise<CallEvidence | null>;
}

/** The hang-up webhook, the end of the call and its record: the api allows itself 10 s for the first. */
const FINISHED_WITHIN_MS = 20_000;
/** Of the stream's beginning: it is told to operators by then. */
const FOUND_WITHIN_MS = 8_000;

/** Plays one call from ring to record. @throws StreamRefused | CentreError */
export async function labCall(options: LabCallOptions): Promise<LabCall> {
  const { centre, scenario, clock, seed, switches, onlooker } = options;
  const client = new CentreClient(centre, clock);
  const { route, agent } = routeOf(options);
  onlooker?.({ type: 'rings', from: route.fromNumber, to: route.toNumber, agent, seed });
  const lines = await utterancesOf(scenario, options.engine, route.rateHz);
  const placed = await placeCall({ route, switches, scenario, lines, seed, clock });
  const found = client.findCall(placed.carrierCallId, FOUND_WITHIN_MS);
  const scripted = found.then((id) => (id === undefined ? undefined : client.tellScript(id, sentencesOf(scenario))));
  const watched = onlooker && watch(placed, new LiveTranscript(client, clock, found), onlooker);
  const [call, callId] = await Promise.all([placed.over, found, scripted, watched]);
  if (callId === undefined) return { seed, call, record: null, log: null, evidence: () => Promise.resolve(null) };
  const record = await client.finishedCall(callId, FINISHED_WITHIN_MS);
  const log = (await client.log(callId, FINISHED_WITHIN_MS)) ?? null;
  return { seed, call, record, log, evidence: () => client.evidence(callId) };
}

/** Tells what happens in its order, although the transcript comes later than the sound. */
async function watch(
  { moments, carrierDelayMs }: PlacedCall,
  transcript: LiveTranscript,
  onlooker: Onlooker,
): Promise<void> {
  let owedSinceMs: number | null = 0;
  let spoken: { fromMs: number; replyMs: number | null } | null = null;
  for await (const moment of moments) {
    if (moment.type === 'caller-speaks' && moment.by !== 'backchannel') owedSinceMs = moment.toMs;
    if (moment.type !== 'agent-spoke') {
      onlooker(moment);
      continue;
    }
    const replies = owedSinceMs !== null && moment.fromMs >= owedSinceMs;
    spoken ??= { fromMs: moment.fromMs, replyMs: replies ? moment.fromMs - (owedSinceMs ?? 0) - carrierDelayMs : null };
    if (replies) owedSinceMs = null;
    const words = await transcript.newWords().catch(() => undefined); // it stands in the report again
    if (words === undefined) continue;
    onlooker({ type: 'agent-spoke', ...spoken, words });
    spoken = null;
  }
}

function routeOf({ centre, scenario, index }: LabCallOptions) {
  const wanted = scenario.agents;
  const numbers = wanted
    ? wanted.flatMap((slug) => centre.numbers.filter(({ agent }) => agent === slug))
    : centre.numbers.slice(0, 1);
  const number = numbers[index % numbers.length] ?? centre.numbers[0];
  if (!number) throw new Error('a centre without numbers');
  const { webhookToken, callEventKey, streamRateHz: rateHz } = centre.ringover;
  const fromNumber = String(BigInt(scenario.from.replace('+', '')) + BigInt(index));
  const { mediaToken, e164: toNumber, agent } = number;
  return {
    agent,
    route: { apiUrl: centre.apiUrl, webhookToken, callEventKey, mediaToken, rateHz, fromNumber, toNumber },
  };
}
