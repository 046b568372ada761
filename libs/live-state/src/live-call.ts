import type { EndReason } from '@app/conversation/ports';
import type { CallId, NodeId } from '@app/kernel';

export type CarrierAbility = 'transfer' | 'digits' | 'warm-transfer';

/** In which a call is owned by the node that began it. */
export const FIRST_EPOCH = 1;

/** What is known of a call when its line is up. Instants are ISO 8601. */
export interface NewLiveCall {
  id: CallId;
  direction: 'inbound' | 'outbound';
  carrier: string;
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  agentId: string;
  agentVersion: number;
  contactId: string | null;
  routedBy: string;
  ringingAt: string | null;
  startedAt: string;
  answeredAt: string | null;
  /** What its carrier does for us; absent: nothing is known of it. */
  carrierCan?: readonly CarrierAbility[];
}

/** A call from its line being up until its record is stored. */
export interface LiveCall extends NewLiveCall {
  /** `closing`: the line is closed. `ended`: and the carrier said so. */
  state: 'live' | 'closing' | 'ended';
  nodeId: NodeId;
  /** How often the call has had an owner: 1 with the node that began it, one more with each that took it over. */
  epoch: number;
  /** When the line closed; null while it is up. */
  endedAt: string | null;
  endReason: EndReason | null;
  /** When the carrier said that the call ended; null until it does. */
  hungUpAt: string | null;
}

/** Facts that come later. */
export type LiveCallChanges = Partial<
  Pick<LiveCall, 'from' | 'to' | 'contactId' | 'ringingAt' | 'answeredAt' | 'agentId' | 'agentVersion'>
>;

/** As fields of a Redis hash: what is null has no field. */
export function fieldsOf(facts: Partial<Record<keyof LiveCall, string | number | null | readonly string[]>>): string[] {
  return Object.entries(facts).flatMap(([field, value]) => (value === null ? [] : [field, String(value)]));
}

/** All that is kept of a call in its hash: every fact but the state, which is told by the others. */
const STORED: Record<Exclude<keyof LiveCall, 'state'>, true> = {
  ...{ id: true, direction: true, carrier: true, carrierCallId: true, from: true, to: true, agentId: true },
  ...{
    agentVersion: true,
    contactId: true,
    nodeId: true,
    epoch: true,
    routedBy: true,
    ringingAt: true,
    startedAt: true,
  },
  ...{ answeredAt: true, endedAt: true, endReason: true, hungUpAt: true, carrierCan: true },
};
export const CALL_FIELDS: readonly string[] = Object.keys(STORED);

/** @param values in the order of `CALL_FIELDS`, as Redis answers them: null where there is no such field */
export const liveCallIn = (values: readonly (string | null)[]): LiveCall | undefined =>
  liveCallOf(Object.fromEntries(CALL_FIELDS.flatMap((field, n) => (values[n] == null ? [] : [[field, values[n]]]))));

/** Undefined when the hash is not there, or is not that of a call. */
export function liveCallOf(hash: Readonly<Record<string, string>>): LiveCall | undefined {
  const { id, direction, carrier, agentId, agentVersion, nodeId, routedBy, startedAt } = hash;
  if (!id || !carrier || !agentId || !agentVersion || !nodeId || !routedBy || !startedAt) return undefined;
  const { endedAt = null, hungUpAt = null } = hash;
  return {
    id: id as CallId,
    state: endedAt === null ? 'live' : hungUpAt === null ? 'closing' : 'ended',
    direction: direction === 'outbound' ? 'outbound' : 'inbound',
    carrier,
    carrierCallId: hash['carrierCallId'] ?? null,
    from: hash['from'] ?? null,
    to: hash['to'] ?? null,
    agentId,
    agentVersion: Number(agentVersion),
    contactId: hash['contactId'] ?? null,
    nodeId: nodeId as NodeId,
    epoch: Number(hash['epoch'] ?? FIRST_EPOCH),
    routedBy,
    ringingAt: hash['ringingAt'] ?? null,
    startedAt,
    answeredAt: hash['answeredAt'] ?? null,
    endedAt,
    endReason: (hash['endReason'] as EndReason | undefined) ?? null,
    hungUpAt,
    ...(hash['carrierCan'] !== undefined && { carrierCan: hash['carrierCan'].split(',').filter(isAbility) }),
  };
}

const isAbility = (word: string): word is CarrierAbility => word === 'transfer' || word === 'digits';
