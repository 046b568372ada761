import { type LogEntry, writeEntry } from '@app/conversation';
import type { CallEvent, ProviderUsage } from '@app/conversation/ports';

const told = (seq: number, atMs: number, ...events: CallEvent[]): LogEntry => ({
  seq,
  atMs,
  input: { type: 'line-up' },
  effects: events.map((event) => ({ type: 'tell', event })),
});

const STARTED: CallEvent = { type: 'call.started', agentId: 'a', agentVersion: 1, direction: 'inbound' };
const SPOKE: CallEvent = {
  type: 'caller.spoke',
  turn: 1,
  text: 'Where is my order?',
  confidence: 0.9,
  startMs: 1_000,
  endMs: 2_000,
};
const ENDED: CallEvent = { type: 'call.ended', reason: 'caller-hung-up', durationMs: 3_000 };

/** A log of one sentence, as the core writes it; and of what was used for it. */
export const exampleLog = (usages: readonly ProviderUsage[] = []): string[] =>
  [
    told(0, 0, STARTED),
    ...usages.map((usage, n): LogEntry => ({ seq: n + 1, atMs: 2_050, input: { type: 'provider-used', usage }, effects: [] })),
    told(usages.length + 1, 2_100, SPOKE),
    told(usages.length + 2, 3_000, ENDED),
  ].map(writeEntry); // prettier-ignore
