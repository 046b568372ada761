import type { EndReason } from '@app/conversation/ports';

export const END_REASONS = [
  'caller-hung-up',
  'agent-hung-up',
  'operator-hung-up',
  'transferred',
  'caller-silent',
  'time-limit',
  'budget-spent',
  'line-lost',
  'node-lost',
  'provider-lost',
  'no-line',
  'failed',
  'busy',
  'no-answer',
  'voicemail',
  'uncertain',
] as const satisfies readonly EndReason[];
