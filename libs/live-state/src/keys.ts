/** Every key and channel in Redis that is not BullMQ's. The prefix lets two installations share a server. */
export class Keys {
  constructor(readonly prefix: string) {}

  /** Hash: the facts of a call. */
  call = (callId: string) => `${this.prefix}call:${callId}`;
  /** Sorted set: calls whose line is up, by start. */
  liveCalls = () => `${this.prefix}calls:live`;
  /** Sorted set: calls whose record is not stored yet, by start. */
  unfinishedCalls = () => `${this.prefix}calls:unfinished`;
  /** String: our call of a carrier's call. */
  carrierCall = (carrier: string, carrierCallId: string) => `${this.prefix}carrier-call:${carrier}:${carrierCallId}`;
  /** String `node call`: the one stream that may carry a carrier's call. */
  claim = (carrier: string, carrierCallId: string) => `${this.prefix}claim:${carrier}:${carrierCallId}`;
  /** String: the epoch in which a call is owned, once another node took it over. Absent: the first. */
  fence = (callId: string) => `${this.prefix}call:${callId}:fence`;
  /** Stream: the log of a call. */
  callLog = (callId: string) => `${this.prefix}call:${callId}:log`;
  /** Sorted set: calls that use a line of an agent, by the moment at which the lease ends. */
  lines = (agentId: string) => `${this.prefix}lines:${agentId}`;
  /** Sorted sets of the same kind: calls that a node carries, and all of them. */
  linesOfNode = (nodeId: string) => `${this.prefix}node:${nodeId}:lines`;
  allLines = () => `${this.prefix}lines`;
  /** String, JSON: a call that was announced. */
  ringing = (carrier: string, carrierCallId: string) => `${this.prefix}ringing:${carrier}:${carrierCallId}`;
  /** String: a carrier's call that is not to be matched any more. */
  matched = (carrier: string, carrierCallId: string) => `${this.prefix}matched:${carrier}:${carrierCallId}`;
  /** Sorted set: ids of announced calls of one number, by when they were. */
  ringingAt = (carrier: string, number: string) => `${this.prefix}ringing-at:${carrier}:${number}`;
  /** String, JSON: to whom a carrier's call was routed, and why. */
  routed = (carrier: string, carrierCallId: string) => `${this.prefix}routed:${carrier}:${carrierCallId}`;
  /** String, JSON: the second leg that a carrier's call is. */
  rung = (carrier: string, carrierCallId: string) => `${this.prefix}rung:${carrier}:${carrierCallId}`;
  /** Hash, JSON by leg: second legs that are being dialled from a number to another, and have no carrier's id yet. */
  rungTo = (carrier: string, number: string, to: string) => `${this.prefix}rung-to:${carrier}:${number}:${to}`;
  /** String: its carrier noted something of this call of its own. */
  noted = (carrier: string, carrierCallId: string) => `${this.prefix}noted:${carrier}:${carrierCallId}`;
  /** String: the same, of what passed between two numbers. */
  notedBetween = (carrier: string, numbers: readonly string[]) =>
    `${this.prefix}noted-between:${carrier}:${numbers.join(':')}`;
  /** Channel: from one process to another. */
  wire = (name: string) => `${this.prefix}wire:${name}`;
  /** String: the agent whom a number spoke with last. */
  lastAgent = (number: string) => `${this.prefix}last-agent:${number}`;
  /** String: somebody has just done what one of many should do. */
  turn = (name: string) => `${this.prefix}turn:${name}`;
  /** Counter: how often something was done in the window that began with the first time. */
  rate = (name: string) => `${this.prefix}rate:${name}`;
  /** String, JSON: what a ticket lets in. The name is a hash of the ticket. */
  ticket = (hash: string) => `${this.prefix}ticket:${hash}`;
  /** Stream: webhooks that are not in Postgres yet. */
  inbox = () => `${this.prefix}webhooks`;
  /** String: a webhook was seen. */
  webhookSeen = (dedupeKey: string) => `${this.prefix}webhook:${dedupeKey}`;
  /** String, JSON: a node that is alive. */
  node = (nodeId: string) => `${this.prefix}node:${nodeId}`;
  /** Set: ids of nodes, some of them gone. */
  nodes = () => `${this.prefix}nodes`;
  /** Stream: commands to the calls of a node. */
  commands = (nodeId: string) => `${this.prefix}node:${nodeId}:commands`;
  /** Hash: what a command asked, where it stands in its node's stream, and what became of it. */
  command = (commandId: string) => `${this.prefix}command:${commandId}`;
  /** Channel: answers to whoever sent commands. */
  answers = (senderId: string) => `${this.prefix}answers:${senderId}`;
  /** Channel: what happens in a call; `*` for all. */
  feed = (callId: string) => `${this.prefix}feed:${callId}`;
  /** Hash: when the next request of an account may pass, and how many places were given. The account is a hash. */
  gate = (account: string) => `${this.prefix}gate:${account}`;
  /** Sorted set: requests that wait, by their place. */
  gateQueue = (account: string) => `${this.prefix}gate:${account}:queue`;
  /** Sorted set: the same requests, by the moment at which nobody waits for them any more. */
  gateLeases = (account: string) => `${this.prefix}gate:${account}:leases`;
  /** Sorted set: processes that use the account, by when they last did. */
  gateSharers = (account: string) => `${this.prefix}gate:${account}:sharers`;
  /** String: what is known of a toggle at a carrier. */
  toggle = (name: string) => `${this.prefix}toggle:${name}`;
  /** String: somebody is switching it over. */
  toggleClaim = (name: string) => `${this.prefix}toggle:${name}:claim`;
  /** Hash: whether a provider is down, since when, and how quick it is. */
  provider = (provider: string) => `${this.prefix}provider:${provider}`;
  /** Hash: by process, how much it uses of a provider. */
  providerUse = (provider: string) => `${this.prefix}provider:${provider}:use`;
}
