import type { CallSettings } from '@app/conversation/ports';
import type { AgentId } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';

export interface Agent {
  id: AgentId;
  slug: string;
  name: string;
  /** BCP 47 of what it speaks. */
  language: string;
  liveVersion: number;
  /** Lines of its own; null: the installation's. */
  lines: number | null;
  /** Our numbers that it answers, E.164. */
  numbers: readonly string[];
}

export class AgentStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** All that are not retired, by name. @throws StoreError */
  async list(): Promise<Agent[]> {
    throw new Error(String(this.prisma));
  }

  /** @throws StoreError */
  async get(_agentId: string): Promise<Agent | undefined> {
    throw new Error('not yet');
  }

  /** What a new call of this agent begins with. @throws StoreError `not-found`; `unreadable` names what is wrong in them */
  async settingsOf(_agentId: string): Promise<CallSettings> {
    throw new Error('not yet');
  }
}
