export { firstText } from './ringover/first-text.js';
export {
  type AnsweredBy,
  dedupeKey,
  nameOfEvent,
  readRingoverEvent,
  type RingoverCallFacts,
  type RingoverEvent,
} from './ringover/ringover.events.js';
export {
  type RingoverHangUp,
  RingoverLine,
  type RingoverLineCounts,
  type RingoverLineSettings,
  SILENCE_LIMITS,
} from './ringover/ringover.line.js';
export {
  type MetadataPaths,
  readStreamIds,
  type StreamIds,
  type StreamIntroduction,
} from './ringover/ringover.metadata.js';
export {
  isRingoverSection,
  RINGOVER_SECTIONS,
  type RingoverSection,
  type RingoverWebhookRules,
  verifyWebhook,
  type WebhookDelivery,
  type WebhookProof,
  type WebhookRefusal,
  type WebhookVerification,
} from './ringover/ringover.webhooks.js';
export type { NumbersAs } from './ringover/ringover.wire.js';
export type { SilenceLimits } from './ringover/silence-watch.js';
