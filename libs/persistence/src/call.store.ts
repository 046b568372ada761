import { StoreError } from '@app/conversation/ports';
import { newCallId } from '@app/kernel';
import type {
  BegunCall,
  CallEnding,
  CallPage,
  CallQuery,
  FinishedCall,
  GlancedCall,
  ListedCall,
  MissedCall,
  StoredCall,
} from './call.js';
import {
  agentRows,
  costRow,
  endOf,
  eventRow,
  latencyRow,
  listedCallOf,
  secondLegRows,
  segmentRow,
  storedCallOf,
  WITH_RECORD,
} from './call-rows.js';
import { after, newestOf, sidesOf, whereOf } from './call-filters.js';
import { type CarrierNoteRow, notesAbout, type NotedCallFacts } from './carrier-notes.js';
import { type ErasedCall, eraseIn } from './erase-call.js';
import type { Prisma } from './generated/prisma/client.js';
import { type ArchivedLog, archive, unarchive } from './log-archive.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

/** A long call has some thousand events. */
const FINISH_TIMEOUT_MS = 30_000;
/** A carrier notes a handful. */
const MOST_NOTES = 200;

/** Every call, from its line being up; and those that nobody carried. */
export class CallStore {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Writes the row of a call whose line is up; the same id again changes nothing (`already`). Replaces a row that says
   * `missed` of a call that nobody ordered, and takes up one that rings under its own id. Where another call was carried under this carrier's id (its stream came back), the row keeps none
   * (`second-stream`), so that the id still leads to one call.
   *
   * @throws StoreError
   */
  async begin(call: BegunCall): Promise<'begun' | 'already' | 'second-stream'> {
    const { carrier, carrierCallId } = call;
    if (carrierCallId !== null)
      await stored(this.prisma.call.deleteMany({ where: { carrier, carrierCallId, state: 'missed', attempt: null } }));
    const placed = await this.#goLive(call);
    if (placed) return placed;
    if (await this.#create({ ...call, state: 'live' })) return 'begun';
    return (await this.#create({ ...call, state: 'live', carrierCallId: null })) ? 'second-stream' : 'already';
  }

  /** Keeps a call that nobody carried; does nothing when the carrier's id is known already. @throws StoreError */
  async noteMissed(call: MissedCall): Promise<void> {
    const data = { ...call, id: newCallId(), state: 'missed' as const, startedAt: call.ringingAt ?? call.endedAt };
    await this.#create({ ...data, ending: 'confirmed' });
  }

  /** Its line is closed; the carrier's word and the record are still to come. @throws StoreError */
  async noteClosing(callId: string, endedAt: Date): Promise<void> {
    const data = { state: 'closing' as const, endedAt };
    await stored(this.prisma.call.updateMany({ where: { id: callId, state: 'live' }, data }));
  }

  /** Another node carries it now. @throws StoreError */
  async noteNode(callId: string, nodeId: string): Promise<void> {
    await stored(this.prisma.call.updateMany({ where: { id: callId, state: 'live' }, data: { nodeId } }));
  }

  /** Its sound is kept under this name; null: no more. Nothing happens when there is no such call. @throws StoreError */
  async noteRecording(callId: string, recordingPath: string | null): Promise<void> {
    await stored(this.prisma.call.updateMany({ where: { id: callId }, data: { recordingPath } }));
  }

  /** Stores all that is kept of a call, once: a second time changes nothing. @throws StoreError `not-found` */
  async finish(callId: string, finished: FinishedCall): Promise<'stored' | 'already'> {
    const log = finished.log.length > 0 ? await archive(finished.log) : undefined;
    return stored(
      this.prisma.$transaction((tx) => finishIn(tx, callId, finished, log), { timeout: FINISH_TIMEOUT_MS }),
    );
  }

  /** A hang-up that came after the call was finished as `assumed`. False when there is no such call. @throws StoreError */
  async amendEnding(
    carrier: string,
    carrierCallId: string,
    amended: { ending: CallEnding; endedAt: Date },
  ): Promise<boolean> {
    const where: Prisma.CallWhereInput = { carrier, carrierCallId, state: 'ended', ending: 'assumed' };
    return (await stored(this.prisma.call.updateMany({ where, data: amended }))).count > 0;
  }

  /**
   * Forgets a call and all that Postgres keeps of it: its record, log and report, what its carrier noted and told of it, and
   * who booked by it. An appointment stays taken, and is nobody's.
   *
   * @returns what else was left of it; undefined when there is none, or it is not over @throws StoreError
   */
  async erase(callId: string): Promise<ErasedCall | undefined> {
    return stored(this.prisma.$transaction((tx) => eraseIn(tx, callId), { timeout: FINISH_TIMEOUT_MS }));
  }

  /** Newest first; a page without a cursor in one question. @throws StoreError */
  async list({ limit, cursor, number, ...filters }: CallQuery): Promise<CallPage<ListedCall>> {
    const from = cursor === undefined ? {} : await this.#after(cursor);
    if (!from) return { calls: [], nextCursor: null };
    const newest = (side: Prisma.CallWhereInput) =>
      this.prisma.call.findMany({
        where: { AND: [whereOf(filters), side, from] },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
    const rows = newestOf(await stored(Promise.all(sidesOf(number).map(newest))), limit + 1);
    const calls = rows.slice(0, limit).map(listedCallOf);
    return { calls, nextCursor: rows.length > limit ? (calls.at(-1)?.id ?? null) : null };
  }

  /** @param callId a UUID @throws StoreError */
  async get(callId: string): Promise<StoredCall | undefined> {
    const row = await stored(this.prisma.call.findUnique({ where: { id: callId }, include: WITH_RECORD }));
    return row ? storedCallOf(row) : undefined;
  }

  /** Whether its record is stored, in one small question. @param callId a UUID @throws StoreError */
  async glance(callId: string): Promise<GlancedCall | undefined> {
    const select = { state: true, finishedAt: true, recordingPath: true };
    return (await stored(this.prisma.call.findUnique({ where: { id: callId }, select }))) ?? undefined;
  }

  /** Those of a carrier's ids that lead to a call of ours, whatever became of it. @throws StoreError */
  async knownOf(carrier: string, carrierCallIds: readonly string[]): Promise<ReadonlySet<string>> {
    const where = { carrier, carrierCallId: { in: [...carrierCallIds] } };
    const rows = await stored(this.prisma.call.findMany({ where, select: { carrierCallId: true } }));
    return new Set(rows.flatMap(({ carrierCallId }) => carrierCallId ?? []));
  }

  /** Which of a carrier's calls were stored as over before the carrier said so. @throws StoreError */
  async assumedOf(carrier: string, carrierCallIds: readonly string[]): Promise<ReadonlySet<string>> {
    const where: Prisma.CallWhereInput = {
      ...{ carrier, carrierCallId: { in: [...carrierCallIds] }, state: 'ended', ending: 'assumed' },
    };
    const rows = await stored(this.prisma.call.findMany({ where, select: { carrierCallId: true } }));
    return new Set(rows.flatMap(({ carrierCallId }) => carrierCallId ?? []));
  }

  /** What its carrier added to it, oldest first; also of a call that is live, or that no row is kept of. @throws StoreError */
  async notesOf(call: NotedCallFacts): Promise<CarrierNoteRow[]> {
    const where = notesAbout(call);
    if (!where) return [];
    const select = { type: true, at: true, data: true };
    const order = [{ at: 'asc' as const }, { id: 'asc' as const }];
    const rows = await stored(this.prisma.carrierNote.findMany({ where, select, orderBy: order, take: MOST_NOTES }));
    return rows.map(({ data, ...row }) => ({ ...row, data: data as CarrierNoteRow['data'] }));
  }

  /** JSON texts in order; undefined when the call or its log is not known. @throws StoreError `unreadable` */
  async logOf(callId: string): Promise<string[] | undefined> {
    const row = await stored(this.prisma.callLog.findUnique({ where: { callId } }));
    return row ? unarchive(row) : undefined;
  }

  /** A call that we placed has its row since before it rang. Undefined when there is none that rings. */
  async #goLive({ id, ...facts }: BegunCall): Promise<'begun' | 'second-stream' | undefined> {
    const where = { id, state: 'ringing' as const };
    const data = { ...facts, state: 'live' as const };
    try {
      return (await stored(this.prisma.call.updateMany({ where, data }))).count > 0 ? 'begun' : undefined;
    } catch (error) {
      if (!(error instanceof StoreError && error.failure === 'conflict')) throw error;
      await stored(this.prisma.call.updateMany({ where, data: { ...data, carrierCallId: null } }));
      return 'second-stream';
    }
  }

  /** False when the id, or the carrier's, is there already. */
  async #create(data: Prisma.CallCreateManyInput): Promise<boolean> {
    return (await stored(this.prisma.call.createMany({ data, skipDuplicates: true }))).count > 0;
  }

  async #after(cursor: string): Promise<Prisma.CallWhereInput | undefined> {
    const last = await stored(
      this.prisma.call.findUnique({ where: { id: cursor }, select: { id: true, startedAt: true } }),
    );
    return last ? after(last) : undefined;
  }
}

/** The row's update comes first: it makes a second finisher wait, and then find nothing to do. */
async function finishIn(
  tx: Prisma.TransactionClient,
  callId: string,
  finished: FinishedCall,
  log: ArchivedLog | undefined,
): Promise<'stored' | 'already'> {
  const { count } = await tx.call.updateMany({ where: { id: callId, finishedAt: null }, data: endOf(finished) });
  const include = { attempt: { select: { outcome: true } } };
  const call = await tx.call.findUnique({ where: { id: callId }, include });
  if (!call) throw new StoreError('postgres', 'not-found', { detail: 'call' });
  if (count === 0) return 'already';
  if (call.attempt?.outcome === 'voicemail')
    await tx.call.update({ where: { id: callId }, data: { endReason: 'voicemail' } });
  const { segments, latencies, events } = finished.record;
  await tx.transcriptSegment.createMany({ data: segments.map((segment) => segmentRow(callId, segment)) });
  await tx.turnLatency.createMany({ data: latencies.map((latency) => latencyRow(callId, latency)) });
  await tx.callEvent.createMany({ data: events.map((event) => eventRow(callId, event)) });
  const { lines = [] } = finished.cost ?? {};
  await tx.callCost.createMany({ data: lines.map((line, seq) => costRow({ ...call, callId, seq }, line)) });
  if (log) await tx.callLog.createMany({ data: { callId, format: finished.logFormat, ...log } });
  const { carrier, from: number, startedAt, endedAt } = call;
  const caller = { callId, role: 'caller', carrier, number, startedAt, endedAt } as const;
  await tx.callLeg.createMany({ data: [caller, ...secondLegRows(callId, call, events)] });
  await tx.callAgent.createMany({ data: agentRows(callId, call, events) });
  return 'stored';
}
