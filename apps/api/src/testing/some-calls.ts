import type { AgentId, NodeId } from '@app/kernel';
import type { LiveCall } from '@app/live-state';
import type { Agent, StoredCall } from '@app/persistence';
import { uuid } from './fake-centre.js';

export const AGENT_ID = uuid(9_001) as string as AgentId;

export const someAgent = (facts: Partial<Agent> = {}): Agent => ({
  id: AGENT_ID,
  slug: 'reception',
  name: 'Ada',
  language: 'en-GB',
  liveVersion: 2,
  lines: null,
  numbers: ['+441632960000'],
  ...facts,
});

/** A call that ended `n` minutes after the epoch, and all of it is stored. */
export const storedCall = (n: number, facts: Partial<StoredCall> = {}): StoredCall => ({
  id: uuid(n),
  state: 'ended',
  direction: 'inbound',
  carrier: 'ringover',
  carrierCallId: String(18_000_000_000_000_000_000n + BigInt(n)),
  from: '+441632960099',
  to: '+441632960000',
  agent: { id: AGENT_ID, slug: 'reception', name: 'Ada', version: 1 },
  nodeId: uuid(8_001),
  routedBy: 'number +441632960000',
  ringingAt: null,
  startedAt: new Date(n * 60_000),
  answeredAt: new Date(n * 60_000),
  endedAt: new Date(n * 60_000 + 30_000),
  endReason: 'caller-hung-up',
  ending: 'confirmed',
  durationMs: 30_000,
  finishedAt: new Date(n * 60_000 + 31_000),
  cost: null,
  recordingPath: null,
  transcript: [],
  latencies: [],
  events: [],
  ...facts,
});

/** A call whose line was up `n` minutes after the epoch. */
export const liveCall = (n: number, facts: Partial<LiveCall> = {}): LiveCall => ({
  id: uuid(n),
  state: 'live',
  direction: 'inbound',
  carrier: 'ringover',
  carrierCallId: String(18_000_000_000_000_000_000n + BigInt(n)),
  from: '+441632960099',
  to: '+441632960000',
  agentId: AGENT_ID,
  agentVersion: 2,
  contactId: null,
  nodeId: uuid(8_001) as string as NodeId,
  epoch: 1,
  routedBy: 'number +441632960000',
  ringingAt: null,
  startedAt: new Date(n * 60_000).toISOString(),
  answeredAt: new Date(n * 60_000).toISOString(),
  endedAt: null,
  endReason: null,
  hungUpAt: null,
  ...facts,
});
