export { type Agent, AgentStore } from './agent.store.js';
export { type ApiKey, ApiKeyStore } from './api-key.store.js';
export {
  type BegunCall,
  type CallEnding,
  type CallPage,
  type CallQuery,
  type CallState,
  CallStore,
  type CallSummary,
  type FinishedCall,
  type MissedCall,
  type StoredCall,
} from './call.store.js';
export { type Contact, ContactStore } from './contact.store.js';
export { NumberStore, type PhoneNumber } from './number.store.js';
export { PrismaCalendar } from './prisma-calendar.js';
export { closePostgres, openPostgres, type PostgresConfig, type PrismaClient } from './prisma-client.js';
export { PrismaFunctionLedger } from './prisma-function-ledger.js';
export { type RawWebhook, WebhookStore } from './webhook.store.js';
