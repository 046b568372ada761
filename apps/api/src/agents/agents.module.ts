import { type DynamicModule, Module } from '@nestjs/common';
import { LINES_PER_AGENT } from '../process-parts.js';
import { AgentDraftController } from './agent-draft.controller.js';
import { AgentVersionsController } from './agent-versions.controller.js';
import { AgentViews } from './agent-views.js';
import { AgentsController } from './agents.controller.js';
import { TestCallsController } from './test-calls/test-calls.controller.js';

@Module({ controllers: [AgentsController, AgentDraftController, AgentVersionsController, TestCallsController] })
export class AgentsModule {
  /** @param calls exports the `ProviderCatalog`, where that is not global, and `TestCalls` */
  static with({ linesPerAgent, calls }: { linesPerAgent: number; calls?: DynamicModule }): DynamicModule {
    return {
      module: AgentsModule,
      imports: calls ? [calls] : [],
      providers: [AgentViews, { provide: LINES_PER_AGENT, useValue: linesPerAgent }],
    };
  }
}
