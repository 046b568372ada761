import { StoreError } from '@app/conversation/ports';
import { type CallId, newCallId } from '@app/kernel';
import type { Attempt, AttemptDrop, NewAttempt } from './attempt.js';
import type { Prisma } from './generated/prisma/client.js';
import { dialledFrom, orderTerms, triedAgainAt } from './order-terms.js';
import { storableJson } from './storable.js';

type Row = Prisma.OutboundAttemptGetPayload<object>;

/** @throws StoreError `unreadable` */
export function attemptOf({ settledAt: _settledAt, ...row }: Row): Attempt {
  const terms = orderTerms.safeParse(row.terms);
  if (!terms.success) throw new StoreError('postgres', 'unreadable', { detail: 'terms of a call that was ordered' });
  return {
    ...row,
    callId: row.callId as CallId,
    variables: row.variables as Attempt['variables'],
    outcome: row.outcome as Attempt['outcome'],
    terms: terms.data,
  };
}

/** Which try of what it is. */
interface Try {
  orderId: string;
  tryNumber: number;
}

/** Writes a try, queued, and its call. */
export async function queueIn(tx: Prisma.TransactionClient, attempt: NewAttempt, its: Try): Promise<void> {
  const { agentVersion, contactId, variables, terms, ...facts } = attempt;
  const { callId: id, carrier, number, to, agentId, createdAt, way } = attempt;
  await tx.call.create({
    data: {
      ...{ id, carrier, to, agentId, agentVersion, contactId, from: number, direction: 'outbound', state: 'queued' },
      ...{ routedBy: way, startedAt: createdAt },
    },
  });
  const texts = { variables: storableJson(variables), terms: storableJson(terms) };
  await tx.outboundAttempt.create({ data: { ...facts, ...its, ...texts, state: 'queued' } });
}

/** Ends a try that is in the queue, and its call. False when it is not there any more. */
export async function dropIn(
  tx: Prisma.TransactionClient,
  callId: string,
  { outcome, failure, at }: AttemptDrop,
): Promise<boolean> {
  const data = { state: 'over' as const, outcome, settledAt: at, ...(failure !== undefined && { failure }) };
  const { count } = await tx.outboundAttempt.updateMany({ where: { callId, state: 'queued' }, data });
  const call = { state: 'missed' as const, endReason: outcome, endedAt: at };
  if (count > 0) await tx.call.updateMany({ where: { id: callId, state: 'queued' }, data: call });
  return count > 0;
}

const RANG_IN_VAIN = ['busy', 'no-answer', 'voicemail'] as const;

/** Puts the next try into the queue, where one is wanted and is not there yet. */
export async function tryAgainIn(
  tx: Prisma.TransactionClient,
  { callId, outcome, at, againAt }: { callId: string; outcome: string; at: Date; againAt?: Date | undefined },
): Promise<void> {
  const include = { call: { select: { agentVersion: true, contactId: true } } };
  const { call, ...row } = await tx.outboundAttempt.findUniqueOrThrow({ where: { callId }, include });
  const attempt = attemptOf(row);
  const { orderId, tryNumber, terms } = attempt;
  const rung = await tx.outboundAttempt.count({ where: { orderId, outcome: { in: [...RANG_IN_VAIN] } } });
  const dueAt = againAt ? dialledFrom(terms, againAt) : triedAgainAt(terms, { rung, outcome, at });
  if (!dueAt || call.agentVersion === null) return;
  if ((await tx.outboundAttempt.count({ where: { orderId, tryNumber: { gt: tryNumber } } })) > 0) return;
  const { requestHash, askedBy, carrier, way, number, from, to, agentId, ringS, variables, priority } = attempt;
  const again: NewAttempt = {
    ...{ requestHash, askedBy, carrier, way, number, from, to, agentId, ringS, variables, priority, terms, dueAt },
    ...{ callId: newCallId(), idempotencyKey: null, agentVersion: call.agentVersion, contactId: call.contactId },
    createdAt: at,
  };
  await queueIn(tx, again, { orderId, tryNumber: tryNumber + 1 });
}
