import type { CallReport } from './call-report.js';
import { lengthOf } from './silences.js';

/** Where a call stops being good enough (the last line of defence of `lab call`: it exits 1 beyond any of them). */
export const LIMITS = {
  wordErrorRate: 0.15,
  /** Words that the model may be told otherwise than they were heard, a reply. */
  toldWords: 1,
  /** The model may be told so much otherwise how long a reply was heard that was cut off. */
  cutMs: 300,
  /** After the `break` the model may hear of it so late: at first it may only be held, until words tell whose floor it is. */
  cutLateMs: 1_000,
  silenceMs: 2_500,
  /** Sound of a reply may still be sent so long after it was decided to yield. */
  lateAudioMs: 100,
  /** A frame of the caller's may leave so late; beyond it the machine was busy, and nothing that was measured counts. */
  latenessMs: 1_000,
} as const;

/** Everything that was wrong with a call, named plainly; empty: it was good. */
export function failuresOf(report: CallReport): string[] {
  return [
    ...(report.callId === null ? [`the api has no call with the carrier's id ${report.carrierCallId}`] : []),
    ...starved(report),
    ...report.missedSteps.map((missed) => `missed ${missed}`),
    ...misunderstood(report),
    ...misremembered(report),
    ...cutElsewhere(report),
    ...cutLate(report),
    ...report.silences
      .filter((silence) => lengthOf(silence) > LIMITS.silenceMs)
      .map((silence) => `nobody spoke for ${inSeconds(lengthOf(silence))} at ${inSeconds(silence.fromMs)}`),
    ...overlapFailures(report),
    ...report.unreadable.map((why) => `the api sent what Ringover's streamer does not document: ${why}`),
    ...refusedWebhooks(report),
  ];
}

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;

function starved({ worstLatenessMs }: CallReport): string[] {
  if (worstLatenessMs <= LIMITS.latenessMs) return [];
  return [
    `this machine was too busy: the caller's sound was up to ${inSeconds(worstLatenessMs)} late, so nothing here counts`,
  ];
}

function misunderstood({ wordErrorRate: rate }: CallReport): string[] {
  if (rate === null || rate <= LIMITS.wordErrorRate) return [];
  return [`the word error rate is ${percent(rate)}, over ${percent(LIMITS.wordErrorRate)}`];
}

function misremembered({ told }: CallReport): string[] {
  return (told ?? [])
    .filter(({ differs }) => differs > LIMITS.toldWords)
    .map(
      (reply) =>
        `the model was told ${JSON.stringify(reply.told)} where the ear heard ${JSON.stringify(reply.heard)}: ${reply.differs} words differ`,
    );
}

function cutElsewhere({ cut }: CallReport): string[] {
  return cut
    .filter(({ toldMs, heardMs }) => Math.abs(toldMs - heardMs) > LIMITS.cutMs)
    .map(
      ({ text, toldMs, heardMs }) =>
        `the model was told that ${inSeconds(toldMs)} of ${JSON.stringify(text)} were heard where the ear heard ${inSeconds(heardMs)}`,
    );
}

function cutLate({ cut }: CallReport): string[] {
  return cut
    .filter(({ lateMs }) => (lateMs ?? 0) > LIMITS.cutLateMs)
    .map(
      ({ text, lateMs }) =>
        `the model was told only ${Math.round(lateMs ?? 0)} ms after the break that ${JSON.stringify(text)} was cut off`,
    );
}

function overlapFailures({ bargeIns, backchannels }: CallReport): string[] {
  return [
    ...bargeIns
      .filter(({ tookMs }) => tookMs === null)
      .map(({ text }) => `the agent did not yield to ${JSON.stringify(text)}`),
    ...bargeIns
      .filter(({ lateMs }) => (lateMs ?? 0) > LIMITS.lateAudioMs)
      .map(({ lateMs }) => `sound of a reply was sent up to ${Math.round(lateMs ?? 0)} ms after its break`),
    ...backchannels
      .filter(({ stopped }) => stopped !== null)
      .map(({ text, stopped }) => `${JSON.stringify(text)} stopped the agent: ${String(stopped)}`),
  ];
}

/** An event that was never taken, whatever the number of attempts. */
function refusedWebhooks({ webhooks }: CallReport): string[] {
  const taken = new Set(
    webhooks.filter(({ status }) => status !== null && status >= 200 && status < 300).map(({ event }) => event),
  );
  const refused = webhooks.filter(({ event }) => !taken.has(event));
  return [...new Map(refused.map((delivery) => [delivery.event, delivery])).values()].map(
    ({ event, status }) => `the webhook ${event} was not taken: ${status === null ? 'no answer' : `status ${status}`}`,
  );
}
