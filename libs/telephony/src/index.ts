export { firstText } from './ringover/first-text.js';
export type {
  AnsweredBy,
  RingoverAfterCallEvent,
  RingoverAskedEvent,
  RingoverCallEvent,
  RingoverCallFacts,
  RingoverEvent,
  RingoverQuestion,
  RingoverSms,
} from './ringover/ringover-event.js';
export { dedupeKey, nameOfEvent, noteInRingover, readRingoverEvent } from './ringover/ringover.events.js';
export { type CarrierNote, noteOf } from './ringover/carrier-note.js';
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
  WEBHOOK_MODES,
  type WebhookDelivery,
  type WebhookMode,
  type WebhookProof,
  type WebhookRefusal,
  type WebhookVerification,
} from './ringover/ringover.webhooks.js';
export { USUAL_V3, type V3Rules } from './ringover/webhook-macs.js';
export { type RouteStyle, routeReply, USUAL_ROUTE_STYLE } from './ringover/ringover-replies.js';
export { contactReply, type ContactToTell, searchReply } from './ringover/ringover-replies.js';
export type { NumbersAs } from './ringover/ringover.wire.js';
export type { SilenceLimits } from './ringover/silence-watch.js';
