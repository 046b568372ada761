export { assertNever } from './assert-never.js';
export { type Cancel, type Clock, systemClock } from './clock.js';
export { type AgentId, type CallId, newCallId, newNodeId, type NodeId } from './ids.js';
export { LatestMap } from './latest-map.js';
export { Mailbox } from './mailbox.js';
export { OperationalError } from './operational-error.js';
