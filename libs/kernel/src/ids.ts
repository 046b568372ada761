import { randomUUID } from 'node:crypto';

type Branded<Name extends string> = string & { readonly __brand: Name };

export type CallId = Branded<'CallId'>;
export type AgentId = Branded<'AgentId'>;
export type NodeId = Branded<'NodeId'>;

export const newCallId = () => randomUUID() as CallId;
export const newNodeId = () => randomUUID() as NodeId;
