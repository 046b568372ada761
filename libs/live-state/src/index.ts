export type { CallLogs, LogOwner, OpenCallLog } from './call-logs.js';
export type { CallCommand, CommandAnswer, CommandOutcome, KnownCommand } from './command.js';
export type { CommandTaker } from './command-queue.js';
export { Commands } from './commands.js';
export { Feed, type FeedItem } from './feed.js';
export { LINE_LEASE_MS, type LineLease, type LineLimits, Lines } from './lines.js';
export {
  type CarrierAbility,
  FIRST_EPOCH,
  type LiveCall,
  type LiveCallChanges,
  type NewLiveCall,
} from './live-call.js';
export { LiveCalls } from './live-calls.js';
export { type CallNode, NODE_LEASE_MS, Nodes } from './nodes.js';
export { LiveRedis, openRedis, type RedisConfig } from './redis.js';
export { RateLeases } from './rate-leases.js';
export { type RateLease, type RateLimit, RateLimits, type RateVerdict } from './rate-limits.js';
export { LocalRequestGate } from './local-request-gate.js';
export { LocalProviderGate, type ProviderGateSettings } from './provider-gate/local-provider-gate.js';
export { RedisProviderGate } from './provider-gate/redis-provider-gate.js';
export { type ProviderLimits } from './provider-gate/provider-places.js';
export { RedisCallLogs } from './redis-call-logs.js';
export { RedisRequestGate, type RedisRequestGateSettings } from './redis-request-gate.js';
export { RedisToggleStates } from './redis-toggle-states.js';
export { type RingingCall, RingingCalls } from './ringing-calls.js';
export { type Route, RoutedCalls } from './routed-calls.js';
export { type NotedBy, NotedCalls } from './noted-calls.js';
export { type RungFrom, type RungPerson, RungPersons } from './rung-persons.js';
export { Tickets } from './tickets.js';
export { Turns } from './turns.js';
export { type InboxEntry, WebhookInbox } from './webhook-inbox.js';
export { jsonIn, messageOf, Wire } from './wire.js';
