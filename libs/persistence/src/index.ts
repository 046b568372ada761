export { type Agent, AgentStore } from './agent.store.js';
export { type ApiKey, ApiKeyStore } from './api-key.store.js';
export type { Attempt, AttemptEnd, AttemptState, NewAttempt } from './attempt.js';
export { AttemptStore } from './attempt.store.js';
export type {
  BegunCall,
  CallEnding,
  CallPage,
  CallQuery,
  CallState,
  CallSummary,
  FinishedCall,
  GlancedCall,
  MissedCall,
  StoredCall,
} from './call.js';
export { CallStore } from './call.store.js';
export type { CarrierNoteEntry, CarrierNoteRow, NotedCallFacts } from './carrier-notes.js';
export { type Contact, ContactStore, type KnownContact } from './contact.store.js';
export { NumberStore, type PhoneNumber, type RouteCandidate, type RoutedNumber } from './number.store.js';
export { isOpen, type OpeningHours } from './opening-hours.js';
export { type NewAgent, plantAgents } from './plant-agents.js';
export { PrismaCalendar } from './prisma-calendar.js';
export { closePostgres, openPostgres, type PostgresConfig, type PrismaClient } from './prisma-client.js';
export { PrismaFunctionLedger } from './prisma-function-ledger.js';
export {
  type CallReport,
  type FailedReport,
  type FollowUp,
  type ReadyReport,
  REPORT_OUTCOMES,
  REPORT_SENTIMENTS,
  type ReportFailure,
  type ReportOutcome,
  type ReportSentiment,
  ReportStore,
} from './report.store.js';
export type { AgentSettings } from './settings.schema.js';
export { type RawWebhook, WebhookStore } from './webhook.store.js';
