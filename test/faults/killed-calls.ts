import { expect } from '@jest/globals';
import { systemClock } from '@app/kernel';
import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import type { Utterance } from '../../apps/lab/src/caller/utterance.js';
import { until } from '../until.js';
import { Caller } from './caller.js';
import { BOOK, COST, FIRST, MORNING, NAME, WHERE } from './caller-lines.js';
import type { FaultCentre, Node } from './fault-centre.js';

type Lines = ReadonlyMap<string, Utterance>;

/** A call of a node that was killed, and what was written of it until then. */
export interface KilledCall {
  moment: string;
  caller: Caller;
  before: ApiCall;
}

/** Of its own, so that its lines can be counted while others talk. */
const AGENT = 'brightwater-dental';
const QUIET = { quietMs: 900, withinMs: 15_000 };
/** Longer than a batch of the log waits. */
const FLUSHED_MS = 300;

/** @param returnsTo where the carrier turns when its stream breaks; not given: the call is lost then */
export async function greetedCall(node: Node, lines: Lines, seed: number, returnsTo?: Node): Promise<Caller> {
  const caller = await Caller.ring(node.centre, lines, { seed, agent: AGENT, ...elsewhere(returnsTo) });
  await Promise.all([caller.known(), caller.greeted()]);
  return caller;
}

const elsewhere = (node?: Node) => node && { returnsTo: [node.centre] };

/** The caller has asked, and the answer is under way. */
export async function duringTheReply(node: Node, lines: Lines, seed: number, returnsTo?: Node): Promise<Caller> {
  const caller = await greetedCall(node, lines, seed, returnsTo);
  await answering(caller);
  return caller;
}

async function answering(caller: Caller): Promise<void> {
  const { toMs } = await caller.says(WHERE);
  await caller.until(() => caller.activity.spokeSince(toMs), QUIET.withinMs);
}

/** Where streams come back to, but for one of them: 0 is that of the caller who speaks. */
export interface Returning {
  to: Node;
  but: number;
}

/** Calls of one node, each in another moment, when it is killed. */
export async function killedInEveryMoment(
  centre: FaultCentre,
  node: Node,
  { lines, firstSeed, returning }: { lines: Lines; firstSeed: number; returning?: Returning },
): Promise<KilledCall[]> {
  const seed = (n: number) => firstSeed + n;
  const [speaking, replied, booking, leaving] = await Promise.all(
    [0, 1, 2, 3].map((n) => greetedCall(node, lines, seed(n), n === returning?.but ? undefined : returning?.to)),
  );
  if (!speaking || !replied || !booking || !leaving) throw new Error('four calls were rung');
  const held = await holdAppointments(centre);
  try {
    await untilItBooks(booking, centre);
    await answering(replied);
    await speaking.startsToSay(COST);
    const greeting = await Caller.ring(node.centre, lines, {
      seed: seed(4),
      agent: AGENT,
      ...elsewhere(returning?.to),
    });
    await greeting.known();
    await greeting.until(() => greeting.activity.spokeSince(0), QUIET.withinMs);
    await speaking.until(() => false, FLUSHED_MS);
    const moments = { greeting, speaking, replied, booking, leaving };
    const killed = await Promise.all(
      Object.entries(moments).map(async ([moment, caller]) => ({ moment, caller, before: await caller.live() })),
    );
    leaving.hangUp();
    await node.program.kill();
    return killed;
  } finally {
    await held.release();
  }
}

/** From here on a booking is begun and not done. */
async function holdAppointments(centre: FaultCentre): Promise<{ release(): Promise<void> }> {
  const client = await centre.connect();
  await client.query('BEGIN; LOCK TABLE appointments IN SHARE MODE');
  return { release: () => client.query('ROLLBACK').then(() => client.end()) };
}

async function untilItBooks(caller: Caller, centre: FaultCentre): Promise<void> {
  for (const line of [BOOK, MORNING, FIRST]) {
    const { toMs } = await caller.says(line);
    await caller.answered(toMs, QUIET);
  }
  await caller.says(NAME);
  await until(async () => (await runsOf(centre, caller.callId)) > 0);
}

const countOf = async (centre: FaultCentre, sql: string, callId: string): Promise<number> =>
  (await centre.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`, [callId]))[0]?.count ?? 0;

export const runsOf = (centre: FaultCentre, callId: string) =>
  countOf(centre, `function_runs WHERE call_id = $1::uuid AND name = 'book-appointment'`, callId);

export const appointmentsOf = (centre: FaultCentre, callId: string): Promise<number> =>
  countOf(centre, "appointments WHERE made_by LIKE $1 || '%'", callId);

const LINES_FREE_WITHIN_MS = 15_000;
const CLOSED_WITHIN_MS = 30_000;
/** What asking takes on a machine that does other things too. */
const ASKING_MS = 1_000;

/** Lines are free, and the calls closed with all that was written, in time from now. */
export async function expectClosed(centre: FaultCentre, node: Node, killed: readonly KilledCall[]): Promise<void> {
  const sinceMs = systemClock.nowMs();
  const passedMs = () => systemClock.nowMs() - sinceMs;
  const freed = until(async () => (await centre.linesInUse(node, AGENT)) === 0).then(passedMs);
  const records = Promise.all(
    killed.map(async ({ caller }) => ({ record: await caller.record(node), atMs: passedMs() })),
  );
  const freedMs = await freed;
  const told = (await records).map((each, at) => ({ ...each, ...killedAt(killed, at) }));
  for (const { moment, record, atMs } of told)
    process.stdout.write(
      `killed: ${moment.padEnd(10)} lines free after ${Math.round(freedMs)} ms, closed after ${Math.round(atMs)} ms, ` +
        `${record.endReason}, ${record.transcript.length} segments\n`,
    );
  expect(freedMs).toBeLessThanOrEqual(LINES_FREE_WITHIN_MS + ASKING_MS);
  for (const { moment, record, atMs, before } of told) {
    expect({ moment, inTime: atMs <= CLOSED_WITHIN_MS }).toEqual({ moment, inTime: true });
    expectTold(record, { moment, before });
  }
}

function killedAt(killed: readonly KilledCall[], at: number): KilledCall {
  const call = killed[at];
  if (!call) throw new Error('a record for each call');
  return call;
}

function expectTold(record: ApiCall, { moment, before }: Omit<KilledCall, 'caller'>): void {
  const reasons = moment === 'leaving' ? ['node-lost', 'caller-hung-up'] : ['node-lost'];
  expect(record.state).toBe('ended');
  expect(reasons).toContain(record.endReason);
  const said = record.transcript.map((segment) => `${segment.speaker}: ${segment.said}`);
  for (const [at, segment] of before.transcript.entries())
    expect(said[at]).toContain(`${segment.speaker}: ${segment.said}`);
  expect(new Set(record.transcript.map(({ startMs, speaker }) => `${speaker} ${startMs}`)).size).toBe(said.length);
}
