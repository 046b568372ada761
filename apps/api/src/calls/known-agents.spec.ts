import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import type { Agent, AgentStore } from '@app/persistence';
import { KnownAgents } from './known-agents.js';

describe('the agents of live calls', () => {
  it('are asked for once in ten seconds, and known by their new name then', async () => {
    const clock = new FakeClock();
    let asked = 0;
    const get = (id: string) => Promise.resolve({ id, name: `Clara ${(asked += 1)}` } as unknown as Agent);
    const agents = new KnownAgents({ get } as unknown as AgentStore, clock);
    const names = async () => [(await agents.get('a'))?.name, (await agents.get('a'))?.name];
    expect(await names()).toEqual(['Clara 1', 'Clara 1']);
    await clock.advance(10_000);
    expect(await names()).toEqual(['Clara 2', 'Clara 2']);
  });
});
