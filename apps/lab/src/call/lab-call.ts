import { join } from 'node:path';
import type { Clock } from '@app/kernel';
import type { Scenario } from '../caller/scenario.js';
import { sentencesOf, utterancesOf } from '../caller/utterances-of.js';
import { hearCall } from '../ear/hear-call.js';
import type { SpeechEngine } from '../engines/speech-engine.js';
import { type CallReport, reportOf } from '../report/call-report.js';
import { failuresOf } from '../report/verdict.js';
import type { RingoverSwitches } from '../ringover/ringover-call.js';
import type { Centre } from './centre.js';
import { CentreClient } from './centre-client.js';
import { type CallFiles, writeCallFiles } from './call-files.js';
import type { LiveMoment } from './live-handset.js';
import { LiveEar, type LiveWords } from './live-words.js';
import { type PlacedCall, placeCall } from './place-call.js';

/** What an onlooker is told, in order. `replyMs`: since the caller's last word, the carrier's delay taken off. */
export type Onlooker = (moment: OnlookedMoment) => void;
export type OnlookedMoment =
  | { type: 'rings'; from: string; to: string; agent: string; carrierDelayMs: [number, number]; seed: number }
  | Exclude<LiveMoment, { type: 'agent-spoke' }>
  | (Extract<LiveMoment, { type: 'agent-spoke' }> & { words: LiveWords | undefined; replyMs: number | null });

export interface LabCallOptions {
  centre: Centre;
  scenario: Scenario;
  /** Which of several calls this is, from 0: each rings from a number of its own. */
  index: number;
  switches: RingoverSwitches;
  seed: number;
  engine: Pick<SpeechEngine, 'render'>;
  clock: Clock;
  /** Where its files go. */
  folder: string;
  /** Told live; without one nothing is asked of the api or the doubles while the call goes on. */
  onlooker: Onlooker | null;
}

export interface JudgedCall {
  ok: boolean;
  failures: string[];
  report: CallReport;
  files: CallFiles;
}

/** The hang-up webhook, the end of the call and its record: the api allows itself 10 s for the first. */
const FINISHED_WITHIN_MS = 20_000;
/** Of the stream's beginning: it is told to operators by then. */
const FOUND_WITHIN_MS = 8_000;

/** Plays one call from ring to record, and judges it. @throws StreamRefused | CentreError */
export async function labCall(options: LabCallOptions): Promise<JudgedCall> {
  const { centre, scenario, clock, seed, switches, folder, onlooker } = options;
  const client = new CentreClient(centre, clock);
  const { route, agent } = routeOf(options);
  const { fromNumber, toNumber } = route;
  onlooker?.({ type: 'rings', from: fromNumber, to: toNumber, agent, carrierDelayMs: scenario.carrierDelayMs, seed });
  const lines = await utterancesOf(scenario, options.engine, route.rateHz);
  const placed = await placeCall({ route, switches, scenario, lines, seed, clock });
  const found = client.findCall(placed.carrierCallId, FOUND_WITHIN_MS);
  const scripted = found.then((id) => (id === undefined ? undefined : client.tellScript(id, sentencesOf(scenario))));
  const watched = onlooker && watch(placed, new LiveEar(placed, client, found), onlooker);
  const [call, callId] = await Promise.all([placed.over, found, scripted, watched]);
  const record = callId === undefined ? null : await client.finishedCall(callId, FINISHED_WITHIN_MS);
  const evidence = callId === undefined ? null : await client.evidence(callId);
  const report = reportOf({ seed, call, heard: evidence && hearCall(call, evidence), record });
  const failures = failuresOf(report);
  const log = (callId === undefined ? undefined : await client.log(callId, FINISHED_WITHIN_MS)) ?? null;
  if (log === null) failures.push('the api has no log of the call');
  const judged = { ok: failures.length === 0, failures, report };
  return { ...judged, files: await writeCallFiles(join(folder, call.carrierCallId), { call, log, judged }) };
}

/** Tells what happens in its order, although an ear needs longer for some of it. */
async function watch({ moments, carrierDelayMs }: PlacedCall, ear: LiveEar, onlooker: Onlooker): Promise<void> {
  let owedSinceMs: number | null = 0;
  for await (const moment of moments) {
    if (moment.type !== 'agent-spoke') {
      if (moment.type === 'caller-speaks' && moment.by !== 'backchannel') owedSinceMs = moment.toMs;
      onlooker(moment);
      continue;
    }
    const words = await ear.words(moment.fromMs, moment.toMs).catch(() => undefined); // it is told in the report again
    const replyMs =
      owedSinceMs === null || moment.fromMs < owedSinceMs ? null : moment.fromMs - owedSinceMs - carrierDelayMs;
    if (replyMs !== null) owedSinceMs = null;
    onlooker({ ...moment, words, replyMs });
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
