import type { AgentFloor, Call, Reply } from './call.js';
import type { Effect } from './log/effect.js';
import type { TimerName } from './log/input.js';
import type { CallEvent } from './ports/index.js';

/** A step in the making: the call as it becomes, and what is to be done. Lives as long as one `step`. */
export class Draft {
  readonly effects: Effect[] = [];

  constructor(
    public call: Call,
    readonly atMs: number,
  ) {}

  /** Replaces these fields. */
  put(fields: Partial<Call>): void {
    this.call = { ...this.call, ...fields };
  }

  do(...effects: Effect[]): void {
    this.effects.push(...effects);
  }

  tell(event: CallEvent): void {
    this.effects.push({ type: 'tell', event });
  }

  setTimer(timer: TimerName, dueMs: number): void {
    this.effects.push({ type: 'set-timer', timer, dueMs: Math.max(dueMs, this.atMs) });
  }

  cancelTimer(timer: TimerName): void {
    this.effects.push({ type: 'cancel-timer', timer });
  }

  /** The reply that has the floor or would have it, sounding or not. */
  get reply(): Reply | null {
    return this.call.agent.floor === 'idle' ? null : this.call.agent.reply;
  }

  /** The same, if it is of this epoch: what comes from an older one is late and means nothing. */
  replyOf(epoch: number): Reply | null {
    return this.reply?.epoch === epoch ? this.reply : null;
  }

  putReply(fields: Partial<Reply>): void {
    const { agent } = this.call;
    if (agent.floor === 'idle') return;
    this.put({ agent: { ...agent, reply: { ...agent.reply, ...fields, movedMs: this.atMs } } as AgentFloor });
  }
}
