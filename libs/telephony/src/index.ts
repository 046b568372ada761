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
export { RingoverCarrierCalls } from './ringover/carrier-calls.js';
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
export {
  OUTBOUND_VARIABLES,
  outboundFaults,
  type OutboundSettings,
  outboundSettings,
  restSettings,
} from './ringover/ringover.outbound-env.js';
export { RingoverOutbound, type RingoverOutboundWay } from './ringover/ringover.outbound.js';
export type { NumbersAs } from './ringover/ringover.wire.js';
export { type SilenceLimits, SilenceWatch } from './ringover/silence-watch.js';
export type {
  CallbackRequest,
  CurrentCallsQuery,
  HistorySearch,
  IvrCallbackRequest,
  NumbersQuery,
  RingoverAsked,
  RingoverOperationName,
  SmsRequest,
} from './ringover/rest/asked.js';
export type { RingoverGrant } from './ringover/rest/operation.js';
export { RINGOVER_OPERATION_NAMES } from './ringover/rest/operations.js';
export type {
  RingoverPresence,
  RingoverRecording,
  RingoverSentSms,
  RingoverStartedCall,
  RingoverTranscription,
} from './ringover/rest/rest.call-records.js';
export type {
  HistoryQuery,
  RingoverCallHistory,
  RingoverCurrentCall,
  RingoverCurrentCalls,
  RingoverPastCall,
} from './ringover/rest/rest.calls.js';
export type {
  RingoverContact,
  RingoverGroup,
  RingoverIvr,
  RingoverNumber,
  RingoverScenario,
  RingoverTeam,
  RingoverUser,
} from './ringover/rest/rest.directory.js';
export {
  RINGOVER_API_URLS,
  RINGOVER_REGIONS,
  RINGOVER_REQUEST_INTERVAL_MS,
  RINGOVER_REST_DEFAULTS,
  type RingoverDevice,
  type RingoverPath,
  type RingoverRegion,
  type RingoverRestSettings,
} from './ringover/rest/rest.settings.js';
export {
  type AskOptions,
  RingoverRest,
  type RingoverRestParts,
  type RingoverToggle,
} from './ringover/rest/ringover-rest.js';
export { SteadyFrames } from './steady-frames.js';
