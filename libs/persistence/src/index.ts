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
  MissedCall,
  StoredCall,
} from './call.js';
export { CallStore } from './call.store.js';
export { type Contact, ContactStore } from './contact.store.js';
export { NumberStore, type PhoneNumber } from './number.store.js';
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
