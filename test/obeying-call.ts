import { RehearsedCall } from '@app/conversation/testing';
import { type AgentId, newCallId, newNodeId, systemClock } from '@app/kernel';
import { type CommandTaker, Commands, LiveCalls, openRedis, RedisCallLogs } from '@app/live-state';
import type { CallStore } from '@app/persistence';
import { begunCall } from '@app/persistence/testing';
import { answerOf } from '../apps/api/src/calls/command-answers.js';

/** A call that is live in both stores, and whose node is this process. */
export interface ObeyingCall {
  id: string;
  /** Kinds of commands that its node was given. */
  readonly obeyed: ReadonlySet<string>;
  /** What broke in its conversation. */
  readonly bugs: readonly unknown[];
  close(): Promise<void>;
}

/** Its conversation is a rehearsed one that does what it is told; another one begins where a command has ended it. */
export async function obeyingCall(stores: {
  redisUrl: string;
  calls: CallStore;
  agentId: AgentId;
}): Promise<ObeyingCall> {
  const redis = await openRedis({ url: stores.redisUrl }, systemClock);
  const [id, nodeId, obeyed, bugs] = [newCallId(), newNodeId(), new Set<string>(), new Array<unknown>()];
  let rehearsed = await rehearse();
  await begin();

  const take: CommandTaker = async (_callId, { author, ...command }, commandId) => {
    obeyed.add(command.type);
    const { conversation } = rehearsed;
    switch (command.type) {
      case 'tell-counts':
        return { state: 'done', effect: 'told', counts: { ...conversation.lineCounts } };
      case 'confirm':
      case 'carrier-gone':
        return { state: 'refused', why: 'line-unknown' };
      case 'hand-over':
        return { state: 'refused', why: 'agent-unable' };
    }
    const answer = answerOf(conversation.command(command, author, commandId));
    await rehearsed.pass(100);
    bugs.push(...rehearsed.bugs);
    if (rehearsed.endReason !== null) rehearsed = await rehearse();
    return answer;
  };
  const commands = new Commands(redis, systemClock);
  const serving = commands.serve(nodeId, take);
  const close = async () => {
    await serving.stop();
    await commands.close();
    await redis.close();
  };
  return { id, obeyed, bugs, close };

  async function begin(): Promise<void> {
    const call = begunCall(stores.agentId, { id, nodeId });
    const { startedAt } = call;
    const at = { startedAt: startedAt.toISOString(), answeredAt: startedAt.toISOString(), ringingAt: null };
    await stores.calls.begin(call);
    await new LiveCalls(redis, nodeId).begin({ ...call, ...at, carrierCan: ['transfer', 'digits'] });
    const log = new RedisCallLogs(redis, systemClock).open(id);
    for (const line of rehearsed.lines) log.append(line);
    await log.flush(5_000);
  }
}

async function rehearse(): Promise<RehearsedCall> {
  const call = await RehearsedCall.begin({ script: () => 'Yes.' });
  await call.hearOut();
  return call;
}
