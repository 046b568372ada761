export {
  AgentDraftStore,
  type AgentQuery,
  type AgentState,
  type AgentVersionInfo,
  type EditedAgent,
  type Outdated,
} from './agent-draft.store.js';
export { type Agent, AgentStore } from './agent.store.js';
export { type ApiKey, ApiKeyStore, type ListedApiKey } from './api-key.store.js';
export type { Attempt, AttemptDrop, AttemptEnd, AttemptState, NewAttempt, UndialledOutcome } from './attempt.js';
export { AttemptStore } from './attempt.store.js';
export { type AuditEntry, type AuditNote, type AuditQuery, AuditStore, type Author, SYSTEM } from './audit.store.js';
export type {
  BegunCall,
  CallEnding,
  CallPage,
  CallQuery,
  CallState,
  CallSummary,
  FinishedCall,
  GlancedCall,
  ListedCall,
  MissedCall,
  StoredCall,
} from './call.js';
export { CallStore } from './call.store.js';
export { type CostQuery, CostStore, type DayCost, type ProviderCost } from './cost.store.js';
export type { ErasedCall } from './erase-call.js';
export type { CarrierNoteEntry, CarrierNoteRow, NotedCallFacts } from './carrier-notes.js';
export {
  type BookedContact,
  type Consent,
  CONSENT_PURPOSES,
  type ConsentPurpose,
  ContactBook,
  type ContactCall,
  type ContactFacts,
} from './contact-book.store.js';
export { type Contact, ContactStore, type KnownContact, type MayCall } from './contact.store.js';
export { NumberStore, type PhoneNumber, type RouteCandidate, type RoutedNumber } from './number.store.js';
export { type BookedNumber, NumberBook, type NumberSync, type StandIn } from './number-book.store.js';
export { hoursFaultsOf, isOpen, type OpeningHours, opensAt } from './opening-hours.js';
export { OrderQueue } from './order-queue.store.js';
export { dialledFrom, orderTerms, type OrderTerms, RETRIED } from './order-terms.js';
export type { PageQuery } from './page.js';
export { type NewPerson, type Person, type PersonChanges, PersonStore, type Role, ROLES } from './person.store.js';
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
export { asksForContact, conditionFaults, type RoutedFacts, type RuleConditions, ruleHolds } from './routing-rule.js';
export { type ActiveRule, type RoutingRule, RoutingRuleStore, type RuleFacts } from './routing-rule.store.js';
export { type ListedSession, type OpenSession, type SessionEnd, SessionStore } from './session.store.js';
export { type AgentSettings, faultsOf, readSettings, type SettingsFault } from './settings.schema.js';
export { type RawWebhook, WebhookStore } from './webhook.store.js';
