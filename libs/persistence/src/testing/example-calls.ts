import type { CallRecord } from '@app/conversation/ports';
import { type AgentId, newCallId, newNodeId } from '@app/kernel';
import type { BegunCall, FinishedCall } from '../call.js';

const STARTED_AT = new Date('2030-01-07T09:00:00.000Z');
const ENDED_AT = new Date('2030-01-07T09:00:12.345Z');

/** A call as it begins. */
export const begunCall = (agentId: AgentId, changes: Partial<BegunCall> = {}): BegunCall => ({
  id: newCallId(),
  direction: 'inbound',
  carrier: 'ringover',
  carrierCallId: null,
  from: '+33600000001',
  to: '+33184990011',
  agentId,
  agentVersion: 1,
  contactId: null,
  nodeId: newNodeId(),
  routedBy: 'number +33184990011',
  ringingAt: null,
  startedAt: STARTED_AT,
  answeredAt: STARTED_AT,
  ...changes,
});

const RECORD: CallRecord = {
  segments: [
    {
      seq: 0,
      speaker: 'caller',
      said: 'Where is my order?',
      heard: 'Where is my order?',
      startMs: 1_200,
      endMs: 2_400,
      interrupted: false,
      basis: null,
      kind: null,
      confidence: 0.97,
      turn: 1,
    },
    {
      seq: 1,
      speaker: 'agent',
      said: 'One moment please. I will look.',
      heard: 'One moment please.',
      startMs: 3_100,
      endMs: 4_000,
      interrupted: true,
      basis: 'clock',
      kind: 'answer',
      confidence: null,
      turn: 1,
    },
  ],
  latencies: [
    {
      turn: 1,
      voiceStoppedMs: 2_400,
      wordsSettledMs: 2_600,
      turnEndedMs: 2_650,
      askedMs: 2_650,
      firstTokenMs: 2_900,
      firstSentenceMs: 2_950,
      firstAudioMs: 3_080,
      audibleMs: 3_100,
      speculated: false,
    },
  ],
  events: [{ seq: 0, atMs: 0, type: 'call.started', data: { direction: 'inbound' } }],
  endReason: 'caller-hung-up',
  durationMs: 12_345,
};

/** What is kept of a short call: a question, and an answer that was cut off. */
export const finishedCall = (changes: Partial<FinishedCall> = {}): FinishedCall => ({
  record: RECORD,
  log: ['{"format":1,"seq":0}', '{"seq":1}'],
  logFormat: 1,
  endedAt: ENDED_AT,
  endReason: 'failed',
  ending: 'assumed',
  finishedAt: new Date('2030-01-07T09:00:22.000Z'),
  ...changes,
});
