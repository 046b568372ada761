import { type CallCommand, type CommandAnswer, Commands } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Problem, type ProblemCode } from '../../http/problem.js';
import { CallReader } from '../call-reader.js';
import type { CommandDoneDto, CommandDto, QueuedCommandDto } from '../dto/command.dto.js';

/** A command without its author. */
export type AskedCommand = CallCommand extends infer Each ? (Each extends CallCommand ? Omit<Each, 'author'> : never) : never; // prettier-ignore

export interface Asker {
  author: string;
  /** The Idempotency-Key. */
  key: string | undefined;
  /** Gets its status: 200, or 202 for what is still queued. */
  response: Response;
}

const REFUSALS: Readonly<Record<string, ProblemCode>> = {
  ended: 'call.ended',
  leaving: 'call.leaving',
  'not-served': 'call.not-served',
  'agent-muted': 'call.agent-muted',
  'on-hold': 'call.on-hold',
  'carrier-cannot': 'carrier_cannot',
  'calling-person': 'call.calling-person',
  'no-such-agent': 'agent.not-found',
  'agent-unable': 'agent.unable',
  'no-free-line': 'agent.no-free-line',
};

const problemOf = (why: string): ProblemCode => REFUSALS[why] ?? 'command.failed';

/** Asks live calls, wherever they are carried, and answers as HTTP does. */
@Injectable()
export class CallCommands {
  constructor(
    private readonly commands: Commands,
    private readonly calls: CallReader,
  ) {}

  /** @throws Problem, StoreError */
  async ask(callId: string, command: AskedCommand, by: Asker): Promise<CommandDoneDto | QueuedCommandDto> {
    const outcome = await this.commands.send(callId, { ...command, author: by.author } as CallCommand, by.key);
    switch (outcome.state) {
      case 'done':
        return { state: 'done', effect: outcome.effect, commandId: outcome.commandId ?? '' };
      case 'queued':
        by.response.status(202);
        return outcome;
      case 'mismatch':
        throw new Problem('idempotency.mismatch');
      case 'refused':
        throw new Problem(problemOf(outcome.why));
      case 'failed':
        throw new Problem('command.failed');
      case 'no-such-call':
        throw new Problem((await this.calls.stateOf(callId)) === 'unknown' ? 'call.not-found' : 'call.ended');
    }
  }

  /** What became of one that was queued. @throws Problem, StoreError */
  async outcomeOf(callId: string, commandId: string): Promise<CommandDto> {
    const known = await this.commands.get(commandId);
    if (known?.callId !== callId) throw new Problem('command.not-found');
    return { commandId, ...viewAnswer(known.answer) };
  }
}

function viewAnswer(answer: CommandAnswer | null): Omit<CommandDto, 'commandId'> {
  switch (answer?.state) {
    case undefined:
      return { state: 'queued', effect: null, code: null };
    case 'done':
      return { state: 'done', effect: answer.effect, code: null };
    case 'refused':
      return { state: 'refused', effect: null, code: problemOf(answer.why) };
    case 'no-such-call':
      return { state: 'refused', effect: null, code: 'call.ended' };
    case 'failed':
      return { state: 'failed', effect: null, code: 'command.failed' };
  }
}
