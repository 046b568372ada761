import { durationMs, FRAME_MS, samplesIn } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { ApiCall } from '../call/api-call.js';
import { CentreClient } from '../call/centre-client.js';
import type { Centre } from '../call/centre.js';
import { RingoverCall, type RingoverCallEnd, USUAL_SWITCHES } from '../ringover/ringover-call.js';
import { type AgentLines, agentsOf, type Overflow, overflowOf } from './agent-lines.js';
import type { Target } from './targets.js';

/** What became of a caller who rang while every line of the agent was taken. */
export interface OneTooMany {
  /** When it rang. */
  lines: number;
  linesInUse: number | null;
  /** What the agent is configured to answer. */
  configured: Overflow | null;
  /** What the carrier was sent: so much sound, the number that it was to transfer to, and who ended it. */
  heardMs: number;
  transferredTo: string | null;
  end: RingoverCallEnd | null;
  /** What the record says. */
  endReason: string | null;
  said: string[];
}

const FROM = '33699999999';
/** The last of the others has its line by then. */
const SETTLED_MS = 1_000;
const CARRIER_DELAY_MS = 60;
/** The message, and room for a slow machine. */
const LISTENS_FOR_MS = 20_000;
const FOUND_WITHIN_MS = 10_000;
const FINISHED_WITHIN_MS = 30_000;
/** Shorter than any message. */
const AUDIBLE_MS = 500;

/** Rings the agent of the first number, at the last of the nodes, says nothing, and listens to the end. @throws StreamRefused, CentreError, ProbeFailed */
export async function ringOneTooMany({ centre, others }: Target, clock: Clock): Promise<OneTooMany> {
  await clock.sleep(SETTLED_MS);
  const [number] = centre.numbers;
  const agent = (await agentsOf(centre)).find(({ slug }) => slug === number?.agent);
  if (!number || !agent) throw new Error('a centre without agents');
  const apiUrl = others.at(-1)?.url ?? centre.apiUrl;
  const call = await listened({ ...centre, apiUrl }, number, clock);
  const client = new CentreClient(centre, clock);
  const id = await client.findCall(call.facts.callId, FOUND_WITHIN_MS);
  const record = id === undefined ? undefined : await client.finishedCall(id, FINISHED_WITHIN_MS);
  return {
    ...linesOf(agent),
    configured: (await overflowOf(centre, agent)) ?? null,
    ...wireOf(call),
    ...toldOf(record),
  };
}

const linesOf = ({ lines, linesInUse }: AgentLines) => ({ lines, linesInUse });

/** Resolves when the call is over. */
async function listened(
  { apiUrl, ringover }: Centre,
  { mediaToken, e164: toNumber }: Centre['numbers'][number],
  clock: Clock,
): Promise<RingoverCall> {
  const { webhookToken, callEventKey, streamRateHz: rateHz } = ringover;
  const route = { apiUrl, webhookToken, callEventKey, mediaToken, rateHz, fromNumber: FROM, toNumber };
  const call = new RingoverCall({ route, switches: USUAL_SWITCHES, carrierDelayMs: CARRIER_DELAY_MS, clock });
  const silence = new Int16Array(samplesIn(FRAME_MS, rateHz));
  const patience = clock.after(LISTENS_FOR_MS, () => call.hangUp());
  try {
    await new Promise<void>((resolve, reject) => {
      const handset = { speak: () => silence, hear: () => undefined, ended: () => resolve() };
      call.begin(handset).catch(reject);
    });
    await call.wentDown();
    return call;
  } finally {
    patience();
  }
}

function wireOf({ received, end }: RingoverCall): Pick<OneTooMany, 'heardMs' | 'transferredTo' | 'end'> {
  const soundMs = received.map(({ command }) =>
    command.type === 'stream-audio' ? durationMs(command.samples.length, command.rateHz) : 0,
  );
  const [transferredTo] = received.flatMap(({ command }) => (command.type === 'transfer' ? [command.to] : []));
  return {
    heardMs: soundMs.reduce((sum, ms) => sum + ms, 0),
    transferredTo: transferredTo ?? null,
    end: end ?? null,
  };
}

const toldOf = (record: ApiCall | undefined): Pick<OneTooMany, 'endReason' | 'said'> => ({
  endReason: record?.endReason ?? null,
  said: record?.transcript.map(({ said }) => said) ?? [],
});

export function oneTooManyReasons(got: OneTooMany): string[] {
  const { lines, linesInUse, configured, end, transferredTo, endReason, said, heardMs } = got;
  if (linesInUse !== lines)
    return [`one call too many rang when ${linesInUse ?? 'unknown'} of ${lines} lines were taken`];
  if (!configured) return ['the agent has no answer for a caller without a line'];
  const { message, transferTo } = configured;
  const wanted = { end: transferTo === null ? 'agent-closed' : 'transferred', to: transferTo?.slice(1) ?? null };
  const isAnswered = heardMs >= AUDIBLE_MS && said.length === 1 && said[0] === message;
  return [
    ...(isAnswered ? [] : [`one call too many heard ${JSON.stringify(said)}, ${Math.round(heardMs)} ms of sound`]),
    ...(end === wanted.end && transferredTo === wanted.to ? [] : [`one call too many ended as ${end ?? 'nothing'}`]),
    ...(endReason === 'no-line' ? [] : [`one call too many is recorded as ${endReason ?? 'nothing'}`]),
  ];
}

export const oneTooManyLine = ({ linesInUse, lines, said, heardMs, end, endReason }: OneTooMany): string =>
  `too many   one call more, with ${linesInUse ?? 'unknown'} of ${lines} lines taken: heard ${JSON.stringify(said.join(' '))} (${Math.round(heardMs)} ms), ${end ?? 'not ended'}, recorded as ${endReason ?? 'nothing'}`;
